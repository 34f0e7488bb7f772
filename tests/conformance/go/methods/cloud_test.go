// Package methods calls what the classic management SDK exports, against the emulator, and looks at what it decodes.
//
// Every test has a subscription of its own, which it fills by the SDK. Where a method cannot do what it is for, because
// of a slip of the SDK's, its test tells the slip and what the service makes of it.
package methods

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/services/classic/management"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/hostedservice"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/storageservice"
)

const west = "West US"

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, got, want interface{}) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %+v\nwant %+v", got, want)
	}
}

func holds(t *testing.T, what string, condition bool) {
	t.Helper()
	if !condition {
		t.Fatal(what)
	}
}

// refused checks that the service said no, and in which words.
func refused(t *testing.T, err error, code, message string) {
	t.Helper()
	equal(t, err, error(management.AzureError{Code: code, Message: message}))
}

// done waits for an operation that was accepted.
func done(t *testing.T, client management.Client) func(management.OperationID, error) {
	return func(id management.OperationID, err error) {
		t.Helper()
		check(t, err)
		check(t, client.WaitForOperation(id, nil))
	}
}

func encoded(text string) string {
	return base64.StdEncoding.EncodeToString([]byte(text))
}

func decoded(t *testing.T, text string) string {
	t.Helper()
	plain, err := base64.StdEncoding.DecodeString(text)
	check(t, err)
	return string(plain)
}

func quick() management.ClientConfig {
	config := management.DefaultConfig()
	config.ManagementURL = os.Getenv("ASM_ENDPOINT")
	config.OperationPollInterval = 10 * time.Millisecond
	return config
}

func certificate(t *testing.T) []byte {
	t.Helper()
	pem, err := os.ReadFile(os.Getenv("ASM_PEM"))
	check(t, err)
	return pem
}

func subscription(t *testing.T) string {
	t.Helper()
	some := make([]byte, 16)
	_, err := rand.Read(some)
	check(t, err)
	return fmt.Sprintf("%x-%x-%x-%x-%x", some[:4], some[4:6], some[6:8], some[8:10], some[10:])
}

// cloud returns a client of a subscription that nobody has used yet: the certificate opens any.
func cloud(t *testing.T) management.Client {
	t.Helper()
	client, err := management.NewClientFromConfig(subscription(t), certificate(t), quick())
	check(t, err)
	return client
}

func service(t *testing.T, client management.Client, name string) {
	t.Helper()
	check(t, hostedservice.NewClient(client).CreateHostedService(hostedservice.CreateHostedServiceParameters{
		ServiceName: name, Label: encoded(name), Location: west,
	}))
}

func account(t *testing.T, client management.Client, name string) {
	t.Helper()
	done(t, client)(storageservice.NewClient(client).CreateStorageService(storageservice.StorageAccountCreateParameters{
		ServiceName: name, Label: encoded(name), Location: west, AccountType: storageservice.AccountTypeStandardLRS,
	}))
}

// configuration returns one of the service configurations in fixtures, in base64.
func configuration(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(os.Getenv("ASM_CONFIGURATIONS"), name+".cscfg"))
	check(t, err)
	return base64.StdEncoding.EncodeToString(text)
}
