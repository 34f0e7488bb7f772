package methods

import (
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/services/classic/management/sql"
)

func TestSQL(t *testing.T) {
	client := cloud(t)
	databases := sql.NewClient(client)
	server, err := databases.CreateServer(sql.DatabaseServerCreateParams{
		AdministratorLogin: "goadmin", AdministratorLoginPassword: "Passw0rd!", Location: "West US",
		Version: sql.DatabaseServerVersion12,
	})
	check(t, err)
	equal(t, len(server), 10)
	servers, err := databases.ListServers()
	check(t, err)
	equal(t, servers.DatabaseServers, []sql.DatabaseServer{{
		Name: server, AdministratorLogin: "goadmin", Location: "West US",
		FullyQualifiedDomainName: server + ".database.windows.net", Version: "12.0", State: "Ready",
	}})

	check(t, databases.CreateFirewallRule(server, sql.FirewallRuleCreateParams{
		Name: "office", StartIPAddress: "198.51.100.1", EndIPAddress: "198.51.100.9",
	}))
	rules, err := databases.ListFirewallRules(server)
	check(t, err)
	equal(t, rules.FirewallRules, []sql.FirewallRuleResponse{
		{Name: "office", StartIPAddress: "198.51.100.1", EndIPAddress: "198.51.100.9"},
	})
	check(t, databases.UpdateFirewallRule(server, "office", sql.FirewallRuleUpdateParams{
		Name: "office", StartIPAddress: "198.51.100.2", EndIPAddress: "198.51.100.8",
	}))
	rule, err := databases.GetFirewallRule(server, "office")
	check(t, err)
	equal(t, rule, sql.FirewallRuleResponse{Name: "office", StartIPAddress: "198.51.100.2", EndIPAddress: "198.51.100.8"})
	check(t, databases.DeleteFirewallRule(server, "office"))
	rules, err = databases.ListFirewallRules(server)
	check(t, err)
	equal(t, len(rules.FirewallRules), 0)

	check(t, databases.CreateDatabase(server, sql.DatabaseCreateParams{
		Name: "godatabase", Edition: "Standard", CollationName: "SQL_Latin1_General_CP1_CI_AS", MaxSizeBytes: 1 << 30,
	}))
	check(t, databases.WaitForDatabaseCreation(server, "godatabase", nil))
	database, err := databases.GetDatabase(server, "godatabase")
	check(t, err)
	holds(t, database.SelfLink, strings.HasSuffix(database.SelfLink, "/servers/"+server+"/databases/godatabase"))
	holds(t, "no service objective", database.ServiceObjectiveID != "")
	database.SelfLink, database.ServiceObjectiveID = "", ""
	equal(t, database, sql.ServiceResource{
		Name: "godatabase", State: "Normal", Edition: "Standard", CollationName: "SQL_Latin1_General_CP1_CI_AS",
		MaxSizeBytes: 1 << 30,
	})
	_, err = databases.UpdateDatabase(server, "godatabase", sql.ServiceResourceUpdateParams{
		Name: "godatabase", Edition: "Standard", MaxSizeBytes: 5 << 30,
	})
	check(t, err)
	listed, err := databases.ListDatabases(server)
	check(t, err)
	sizes := map[string]int64{}
	for _, one := range listed.ServiceResources {
		sizes[one.Name] = one.MaxSizeBytes
	}
	equal(t, sizes, map[string]int64{"master": 5 << 30, "godatabase": 5 << 30})

	check(t, databases.DeleteDatabase(server, "godatabase"))
	// The errors of SQL have other elements than the SDK looks for; it tells them by their words alone.
	_, err = databases.GetDatabase(server, "godatabase")
	refused(t, err, "", "Resource with the name 'godatabase' does not exist. To continue, specify a valid resource name.")
	check(t, databases.DeleteServer(server))
	servers, err = databases.ListServers()
	check(t, err)
	equal(t, len(servers.DatabaseServers), 0)
}
