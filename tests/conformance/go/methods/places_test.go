package methods

import (
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/services/classic/management"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/affinitygroup"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/location"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/virtualmachine"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/vmutils"
)

func contains(list []string, wanted string) bool {
	for _, one := range list {
		if one == wanted {
			return true
		}
	}
	return false
}

func TestLocations(t *testing.T) {
	found, err := location.NewClient(cloud(t)).ListLocations()
	check(t, err)

	for _, one := range found.Locations {
		if one.Name != "West US" {
			continue
		}
		equal(t, one.DisplayName, "West US")
		holds(t, "services", contains(one.AvailableServices, "PersistentVMRole"))
		holds(t, "sizes of web and worker roles", contains(one.WebWorkerRoleSizes, "Small"))
		holds(t, "sizes of machines", contains(one.VirtualMachineRoleSizes, "Standard_D3"))
		holds(t, found.String(), strings.Contains(found.String(), "West US, "))
		return
	}
	t.Fatal("West US is not there")
}

func TestRoleSizes(t *testing.T) {
	client := cloud(t)
	machines := virtualmachine.NewClient(client)
	found, err := machines.GetRoleSizeList()
	check(t, err)

	var small virtualmachine.RoleSize
	for _, one := range found.RoleSizes {
		if one.Name == "Small" {
			small = one
		}
	}
	equal(t, small, virtualmachine.RoleSize{
		Name: "Small", Label: "Small (1 cores, 1792 MB)", Cores: 1, MemoryInMb: 1792, SupportedByWebWorkerRoles: true,
		SupportedByVirtualMachines: true, MaxDataDiskCount: 2, WebWorkerResourceDiskSizeInMb: 230400,
		VirtualMachineResourceDiskSizeInMb: 71680,
	})

	for size, there := range map[string]bool{"Small": true, "Tiny": false} {
		valid, err := vmutils.IsRoleSizeValid(machines, size)
		check(t, err)
		equal(t, valid, there)
		available, err := vmutils.IsRoleSizeAvailableInLocation(client, "West US", size)
		check(t, err)
		equal(t, available, there)
	}
}

func TestAffinityGroups(t *testing.T) {
	client := cloud(t)
	groups := affinitygroup.NewClient(client)
	check(t, groups.CreateAffinityGroup(affinitygroup.CreateAffinityGroupParams{
		Name: "gogroup", Label: "my label", Description: "my description", Location: "West US",
	}))

	listed, err := groups.ListAffinityGroups()
	check(t, err)
	equal(t, len(listed.AffinityGroups), 1)
	one := listed.AffinityGroups[0]
	equal(t, []string{one.Name, one.Label, one.Description, one.Location},
		[]string{"gogroup", "my label", "my description", "West US"})
	// The SDK looks for names directly in Capabilities, VirtualMachinesRoleSizes and WebWorkerRoleSizes, and for the
	// second by another name. It finds what stands between the elements: nothing, once for each list it knows.
	equal(t, one.Capabilities, []string{""})
	equal(t, one.ComputeCapabilities, affinitygroup.ComputeCapabilities{WebWorkerRoleSizes: []string{""}})

	check(t, groups.UpdateAffinityGroup("gogroup", affinitygroup.UpdateAffinityGroupParams{
		Label: "new label", Description: "new description",
	}))
	group, err := groups.GetAffinityGroup("gogroup")
	check(t, err)
	// For the same reason a list that is empty is one empty member.
	equal(t, group, affinitygroup.AffinityGroup{
		Name: "gogroup", Label: "new label", Description: "new description", Location: "West US",
		HostedServices: []affinitygroup.HostedService{{}}, StorageServices: []affinitygroup.StorageService{{}},
		Capabilities: []string{""},
	})

	check(t, groups.DeleteAffinityGroup("gogroup"))
	_, err = groups.GetAffinityGroup("gogroup")
	holds(t, "it is still there", management.IsResourceNotFoundError(err))
	listed, err = groups.ListAffinityGroups()
	check(t, err)
	equal(t, len(listed.AffinityGroups), 0)
}
