// Stands in for managementclient.go of the SDK's package testutils, which knows no address but the service's own.
package testutils

import (
	"os"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/services/classic/management"
)

// GetTestClient returns a client as a publishsettings file makes it, which does not wait long between its questions.
func GetTestClient(t *testing.T) management.Client {
	config := management.DefaultConfig()
	config.OperationPollInterval = 10 * time.Millisecond
	client, err := management.ClientFromPublishSettingsFileWithConfig(os.Getenv("ASM_PUBLISH_SETTINGS"), "", config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}
