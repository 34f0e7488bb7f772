package methods

import (
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/services/classic/management"
	nsg "github.com/Azure/azure-sdk-for-go/services/classic/management/networksecuritygroup"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/virtualnetwork"
)

func network(t *testing.T, client management.Client, name string) {
	t.Helper()
	networks := virtualnetwork.NewClient(client)
	wanted := networks.NewNetworkConfiguration()
	wanted.Configuration = virtualnetwork.VirtualNetworkConfiguration{
		DNS: virtualnetwork.DNS{DNSServers: []virtualnetwork.DNSServer{{Name: "mydns", IPAddress: "10.0.0.4"}}},
		LocalNetworkSites: []virtualnetwork.LocalNetworkSite{{
			Name: "office", VPNGatewayAddress: "198.51.100.1",
			AddressSpace: virtualnetwork.AddressSpace{AddressPrefix: []string{"192.168.0.0/24"}},
		}},
		VirtualNetworkSites: []virtualnetwork.VirtualNetworkSite{{
			Name: name, Location: "West US",
			AddressSpace:  virtualnetwork.AddressSpace{AddressPrefix: []string{"10.0.0.0/16", "10.1.0.0/16"}},
			Subnets:       []virtualnetwork.Subnet{{Name: "front", AddressPrefix: "10.0.0.0/24"}, {Name: "back", AddressPrefix: "10.0.1.0/24"}},
			DNSServersRef: []virtualnetwork.DNSServerRef{{Name: "mydns"}},
		}},
	}
	done(t, client)(networks.SetVirtualNetworkConfiguration(wanted))
}

func TestVirtualNetworks(t *testing.T) {
	client := cloud(t)
	networks := virtualnetwork.NewClient(client)
	_, err := networks.GetVirtualNetworkConfiguration()
	holds(t, "a configuration that nobody has set", management.IsResourceNotFoundError(err))
	network(t, client, "gonetwork")

	found, err := networks.GetVirtualNetworkConfiguration()
	check(t, err)
	equal(t, found.XMLNs, "http://schemas.microsoft.com/ServiceHosting/2011/07/NetworkConfiguration")
	set := found.Configuration
	equal(t, len(set.DNS.DNSServers), 1)
	equal(t, []string{set.DNS.DNSServers[0].Name, set.DNS.DNSServers[0].IPAddress}, []string{"mydns", "10.0.0.4"})
	equal(t, set.LocalNetworkSites, []virtualnetwork.LocalNetworkSite{{
		Name: "office", VPNGatewayAddress: "198.51.100.1",
		AddressSpace: virtualnetwork.AddressSpace{AddressPrefix: []string{"192.168.0.0/24"}},
	}})
	equal(t, set.VirtualNetworkSites, []virtualnetwork.VirtualNetworkSite{{
		Name: "gonetwork", Location: "West US",
		AddressSpace:  virtualnetwork.AddressSpace{AddressPrefix: []string{"10.0.0.0/16", "10.1.0.0/16"}},
		Subnets:       []virtualnetwork.Subnet{{Name: "front", AddressPrefix: "10.0.0.0/24"}, {Name: "back", AddressPrefix: "10.0.1.0/24"}},
		DNSServersRef: []virtualnetwork.DNSServerRef{{Name: "mydns"}},
	}})

	// What was read may be changed and set again, down to a configuration in which there is nothing.
	found.Configuration.VirtualNetworkSites[0].Subnets = found.Configuration.VirtualNetworkSites[0].Subnets[:1]
	done(t, client)(networks.SetVirtualNetworkConfiguration(found))
	found, err = networks.GetVirtualNetworkConfiguration()
	check(t, err)
	equal(t, found.Configuration.VirtualNetworkSites[0].Subnets, []virtualnetwork.Subnet{{Name: "front", AddressPrefix: "10.0.0.0/24"}})
	done(t, client)(networks.SetVirtualNetworkConfiguration(networks.NewNetworkConfiguration()))
	_, err = networks.GetVirtualNetworkConfiguration()
	holds(t, "one in which there is nothing is none", management.IsResourceNotFoundError(err))
}

func TestNetworkSecurityGroups(t *testing.T) {
	client := cloud(t)
	network(t, client, "gonetwork")
	groups := nsg.NewClient(client)
	done(t, client)(groups.CreateNetworkSecurityGroup("gosecurity", "my label", "West US"))

	listed, err := groups.ListNetworkSecurityGroups()
	check(t, err)
	equal(t, len(listed), 1)
	equal(t, []string{listed[0].Name, listed[0].Label, listed[0].Location}, []string{"gosecurity", "my label", "West US"})

	rule := nsg.RuleRequest{
		Name: "ssh", Type: nsg.RuleTypeInbound, Priority: 100, Action: nsg.RuleActionAllow,
		SourceAddressPrefix: "INTERNET", SourcePortRange: "*", DestinationAddressPrefix: "10.0.0.0/24",
		DestinationPortRange: "22", Protocol: nsg.RuleProtocolTCP,
	}
	done(t, client)(groups.SetNetworkSecurityGroupRule("gosecurity", rule))
	group, err := groups.GetNetworkSecurityGroup("gosecurity")
	check(t, err)
	equal(t, []string{group.Name, group.Label, group.Location, string(group.State)},
		[]string{"gosecurity", "my label", "West US", string(nsg.SecurityGroupStateCreated)})
	own := map[bool][]nsg.RuleResponse{}
	for _, one := range group.Rules {
		own[one.IsDefault] = append(own[one.IsDefault], one)
	}
	equal(t, []int{len(own[false]), len(own[true])}, []int{1, 6})
	shown := own[false][0]
	equal(t, nsg.RuleRequest{
		Name: shown.Name, Type: shown.Type, Priority: shown.Priority, Action: shown.Action,
		SourceAddressPrefix: shown.SourceAddressPrefix, SourcePortRange: shown.SourcePortRange,
		DestinationAddressPrefix: shown.DestinationAddressPrefix, DestinationPortRange: shown.DestinationPortRange,
		Protocol: shown.Protocol,
	}, rule)
	equal(t, shown.State, "Active")

	done(t, client)(groups.AddNetworkSecurityToSubnet("gosecurity", "front", "gonetwork"))
	assigned, err := groups.GetNetworkSecurityGroupForSubnet("front", "gonetwork")
	check(t, err)
	equal(t, []string{assigned.Name, string(assigned.State)}, []string{"gosecurity", "Created"})
	deleted, err := groups.DeleteNetworkSecurityGroup("gosecurity")
	check(t, err)
	err = client.WaitForOperation(deleted, nil) // what is assigned stays
	holds(t, "not the operation's own error", err != nil && strings.HasPrefix(err.Error(), "Error response from Azure."))

	done(t, client)(groups.RemoveNetworkSecurityGroupFromSubnet("gosecurity", "front", "gonetwork"))
	_, err = groups.GetNetworkSecurityGroupForSubnet("front", "gonetwork")
	holds(t, "it is still assigned", management.IsResourceNotFoundError(err))
	done(t, client)(groups.DeleteNetworkSecurityGroupRule("gosecurity", "ssh"))
	group, err = groups.GetNetworkSecurityGroup("gosecurity")
	check(t, err)
	equal(t, len(group.Rules), 6)
	done(t, client)(groups.DeleteNetworkSecurityGroup("gosecurity"))
	_, err = groups.GetNetworkSecurityGroup("gosecurity")
	holds(t, "it is still there", management.IsResourceNotFoundError(err))
}
