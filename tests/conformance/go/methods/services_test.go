package methods

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/services/classic/management"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/hostedservice"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/storageservice"
)

func TestHostedServices(t *testing.T) {
	client := cloud(t)
	services := hostedservice.NewClient(client)
	free, err := services.CheckHostedServiceNameAvailability("goservice")
	check(t, err)
	equal(t, []interface{}{free.Result, free.Reason}, []interface{}{true, ""})
	check(t, services.CreateHostedService(hostedservice.CreateHostedServiceParameters{
		ServiceName: "goservice", Label: encoded("my label"), Description: "my description", Location: "West US",
		ReverseDNSFqdn: "goservice.cloudapp.net.",
	}))

	taken, err := services.CheckHostedServiceNameAvailability("goservice")
	check(t, err)
	holds(t, "a name that is taken is free", !taken.Result && taken.Reason != "")
	equal(t, taken.Xmlns, "http://schemas.microsoft.com/windowsazure")
	service, err := services.GetHostedService("goservice")
	check(t, err)
	holds(t, service.URL, strings.HasSuffix(service.URL, "/services/hostedservices/goservice"))
	service.URL = ""
	wanted := hostedservice.HostedService{
		ServiceName: "goservice", Description: "my description", Location: "West US", LabelBase64: encoded("my label"),
		Label: "my label", Status: "Created", ReverseDNSFqdn: "goservice.cloudapp.net.",
	}
	equal(t, service, wanted)
	listed, err := services.ListHostedServices()
	check(t, err)
	equal(t, len(listed.HostedServices), 1)
	wanted.URL, wanted.Label = listed.HostedServices[0].URL, "" // only one that is got has its label read
	equal(t, listed.HostedServices[0], wanted)

	check(t, services.CreateHostedService(hostedservice.CreateHostedServiceParameters{
		ServiceName: "goservice2", Label: encoded("l"), Location: "West US",
	}))
	done(t, client)(services.DeleteHostedService("goservice", false))
	done(t, client)(services.DeleteHostedService("goservice2", true))
	_, err = services.GetHostedService("goservice")
	holds(t, "it is still there", management.IsResourceNotFoundError(err))
	listed, err = services.ListHostedServices()
	check(t, err)
	equal(t, len(listed.HostedServices), 0)
}

func TestServiceCertificates(t *testing.T) {
	client := cloud(t)
	service(t, client, "gocertificates")
	services := hostedservice.NewClient(client)
	var der []byte
	for block, rest := pem.Decode(certificate(t)); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" && der == nil {
			der = block.Bytes
		}
	}

	done(t, client)(services.AddCertificate("gocertificates", der, hostedservice.CertificateFormatCer, ""))

	// The SDK adds certificates and has no method that reads them.
	thumbprint := fmt.Sprintf("%X", sha1.Sum(der))
	shown, err := client.SendAzureGetRequest("services/hostedservices/gocertificates/certificates/sha1-" + thumbprint)
	check(t, err)
	holds(t, string(shown), strings.Contains(string(shown), base64.StdEncoding.EncodeToString(der)))
	_, err = services.AddCertificate("gocertificates", []byte("none"), hostedservice.CertificateFormatPfx, "secret")
	holds(t, "what is no certificate was taken", err != nil)
}

func TestStorageAccounts(t *testing.T) {
	client := cloud(t)
	accounts := storageservice.NewClient(client)
	free, err := accounts.CheckStorageAccountNameAvailability("goaccount")
	check(t, err)
	equal(t, []interface{}{free.Result, free.Reason}, []interface{}{true, ""})
	done(t, client)(accounts.CreateStorageService(storageservice.StorageAccountCreateParameters{
		ServiceName: "goaccount", Description: "my description", Label: encoded("my label"), Location: "West US",
		ExtendedProperties: storageservice.ExtendedPropertyList{
			ExtendedProperty: []storageservice.ExtendedProperty{{Name: "mine", Value: "1"}},
		},
		AccountType: storageservice.AccountTypeStandardGRS,
	}))

	taken, err := accounts.CheckStorageAccountNameAvailability("goaccount")
	check(t, err)
	holds(t, "a name that is taken is free", !taken.Result && taken.Reason != "")
	account, err := accounts.GetStorageService("goaccount")
	check(t, err)
	holds(t, account.URL, strings.HasSuffix(account.URL, "/services/storageservices/goaccount"))
	equal(t, account.ServiceName, "goaccount")
	equal(t, account.StorageServiceProperties, storageservice.StorageServiceProperties{
		Description: "my description", Location: "West US", Label: encoded("my label"), Status: "Created",
		Endpoints: []string{
			"https://goaccount.blob.core.windows.net/", "https://goaccount.queue.core.windows.net/",
			"https://goaccount.table.core.windows.net/", "https://goaccount.file.core.windows.net/",
		},
		GeoPrimaryRegion: "West US", // what was GeoReplicationEnabled is AccountType in the SDK's version
	})
	listed, err := accounts.ListStorageServices()
	check(t, err)
	equal(t, listed.StorageServices, []storageservice.StorageServiceResponse{account})
	keys, err := accounts.GetStorageServiceKeys("goaccount")
	check(t, err)
	equal(t, []int{len(decoded(t, keys.PrimaryKey)), len(decoded(t, keys.SecondaryKey))}, []int{64, 64})
	holds(t, keys.URL, strings.HasSuffix(keys.URL, "/services/storageservices/goaccount"))

	done(t, client)(accounts.DeleteStorageService("goaccount"))
	_, err = accounts.GetStorageService("goaccount")
	holds(t, "it is still there", management.IsResourceNotFoundError(err))
}
