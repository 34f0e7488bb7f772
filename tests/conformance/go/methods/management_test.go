package methods

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/services/classic/management"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/hostedservice"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/location"
)

func places(t *testing.T, client management.Client) int {
	t.Helper()
	found, err := location.NewClient(client).ListLocations()
	check(t, err)
	return len(found.Locations)
}

func TestClientsAreMadeOfCertificatesAndOfPublishSettings(t *testing.T) {
	settings := os.Getenv("ASM_PUBLISH_SETTINGS")
	data, err := os.ReadFile(settings)
	check(t, err)
	mine := os.Getenv("ASM_SUBSCRIPTION")

	fromFile, err := management.ClientFromPublishSettingsFile(settings, mine)
	check(t, err)
	holds(t, "no locations", places(t, fromFile) > 0)
	fromFile, err = management.ClientFromPublishSettingsFileWithConfig(settings, "", quick())
	check(t, err)
	holds(t, "no locations", places(t, fromFile) > 0)
	fromData, err := management.ClientFromPublishSettingsData(data, mine)
	check(t, err)
	holds(t, "no locations", places(t, fromData) > 0)
	fromData, err = management.ClientFromPublishSettingsDataWithConfig(data, mine, quick())
	check(t, err)
	holds(t, "no locations", places(t, fromData) > 0)
	_, err = management.ClientFromPublishSettingsData(data, "another")
	holds(t, "a subscription that is not in the file", err != nil)

	// NewClient knows no address but the service's own; all else about it is as in the next.
	_, err = management.NewClient(mine, certificate(t))
	check(t, err)
	config := quick()
	config.UserAgent = "" // the default's
	fromCertificate, err := management.NewClientFromConfig(mine, certificate(t), config)
	check(t, err)
	holds(t, "no locations", places(t, fromCertificate) > 0)
	management.NewAnonymousClient() // has no http client: any call of it would be one of a nil pointer
}

func TestOperationsAreFollowedToTheirEnd(t *testing.T) {
	client := cloud(t)
	body := []byte(`<CreateHostedService xmlns="http://schemas.microsoft.com/windowsazure"><ServiceName>gooperations` +
		`</ServiceName><Label>bA==</Label><Location>West US</Location></CreateHostedService>`)

	created, err := client.SendAzurePostRequest("services/hostedservices", body)
	check(t, err)
	status, err := client.GetOperationStatus(created)
	check(t, err)
	// The status has dashes in its ID. The SDK's name of HttpStatusCode is not the service's, so that it finds none.
	equal(t, []string{strings.ReplaceAll(status.ID, "-", ""), string(status.Status), status.HTTPStatusCode},
		[]string{string(created), string(management.OperationStatusSucceeded), ""})
	holds(t, "an error without a failure", status.Error == nil)
	check(t, client.WaitForOperation(created, nil))

	changed, err := client.SendAzurePutRequest("services/hostedservices/gooperations", "text/xml", []byte(
		`<UpdateHostedService xmlns="http://schemas.microsoft.com/windowsazure"><Description>d</Description>`+
			`</UpdateHostedService>`))
	check(t, err)
	check(t, client.WaitForOperation(changed, make(chan struct{})))
	answer, err := client.SendAzureGetRequest("services/hostedservices/gooperations")
	check(t, err)
	holds(t, string(answer), strings.Contains(string(answer), "<Description>d</Description>"))
	empty, err := client.SendAzurePostRequestWithReturnedResponse("services/hostedservices", []byte(
		strings.Replace(string(body), "gooperations", "gooperations2", 1)))
	check(t, err)
	equal(t, string(empty), "")

	deleted, err := client.SendAzureDeleteRequest("services/hostedservices/gooperations")
	check(t, err)
	check(t, client.WaitForOperation(deleted, nil))

	_, err = client.GetOperationStatus("0123456789abcdef0123456789abcdef")
	holds(t, "an operation that never was", management.IsResourceNotFoundError(err))
	err = client.WaitForOperation("0123456789abcdef0123456789abcdef", nil)
	holds(t, "an operation that never was", err != nil && strings.Contains(err.Error(), "ResourceNotFound"))
}

func TestErrorsAreRead(t *testing.T) {
	_, err := hostedservice.NewClient(cloud(t)).GetHostedService("goerrors")

	refused(t, err, "ResourceNotFound", "The hosted service does not exist.")
	holds(t, "not told from others", management.IsResourceNotFoundError(err))
}

// The subscription of the environment is one in which the first call to create a service is sent to another address,
// and the first two to delete one are too many.
func TestRedirectsAreFollowedAndRefusalsTriedAgain(t *testing.T) {
	client, err := management.NewClientFromConfig(os.Getenv("ASM_SUBSCRIPTION"), certificate(t), quick())
	check(t, err)
	services := hostedservice.NewClient(client)

	service(t, client, "goredirects")
	found, err := services.GetHostedService("goredirects")
	check(t, err)
	equal(t, []string{found.Label, found.Status}, []string{"goredirects", "Created"})
	done(t, client)(services.DeleteHostedService("goredirects", false))
}

// Go's own client beside the SDK: what it offers and asks that the SDK does not.
func TestTheFrontDoorIsOpenToGo(t *testing.T) {
	pair, err := tls.X509KeyPair(certificate(t), certificate(t))
	check(t, err)
	authority, err := os.ReadFile(os.Getenv("SSL_CERT_FILE"))
	check(t, err)
	roots := x509.NewCertPool()
	holds(t, "no authority", roots.AppendCertsFromPEM(authority))
	client := http.Client{Transport: &http.Transport{
		ForceAttemptHTTP2:     true,
		ExpectContinueTimeout: 1e9 * 30,
		TLSClientConfig:       &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots},
	}}

	for _, name := range []string{"gofrontdoor1", "gofrontdoor2"} {
		// A body of no known length: it goes in chunks, and only when the server says so.
		body := struct{ *strings.Reader }{strings.NewReader(
			`<CreateHostedService xmlns="http://schemas.microsoft.com/windowsazure"><ServiceName>` + name +
				`</ServiceName><Label>bA==</Label><Location>West US</Location></CreateHostedService>`)}
		request, err := http.NewRequest(
			"POST", os.Getenv("ASM_ENDPOINT")+"/"+os.Getenv("ASM_SUBSCRIPTION")+"/services/hostedservices", body)
		check(t, err)
		request.Header.Set("x-ms-version", management.DefaultAPIVersion)
		request.Header.Set("Content-Type", "application/xml")
		request.Header.Set("Expect", "100-continue")
		answer, err := client.Do(request)
		check(t, err)
		check(t, answer.Body.Close())
		equal(t, []interface{}{answer.StatusCode, answer.Proto, request.ContentLength}, []interface{}{201, "HTTP/1.1", int64(0)})
	}
}
