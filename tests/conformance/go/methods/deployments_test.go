package methods

import (
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/services/classic/management"
	vm "github.com/Azure/azure-sdk-for-go/services/classic/management/virtualmachine"
)

func pack(t *testing.T, client management.Client, service string, slot vm.DeploymentSlot, name, settings string) {
	t.Helper()
	done(t, client)(vm.NewClient(client).CreateDeploymentFromPackage(service, slot, vm.CreateDeploymentFromPackageOptions{
		Name: name, PackageURL: "https://gopackages.blob.core.windows.net/p/one.cspkg", Label: encoded(name + " label"),
		Configuration: settings, StartDeployment: true,
		ExtendedProperties: []vm.ExtendedProperty{{Name: "mine", Value: name}},
	}))
}

func TestDeploymentsOfPackages(t *testing.T) {
	client := cloud(t)
	deployments := vm.NewClient(client)
	service(t, client, "gopackages")
	pack(t, client, "gopackages", vm.DeploymentSlotProduction, "v1", configuration(t, "one-worker"))
	pack(t, client, "gopackages", vm.DeploymentSlotStaging, "v2", configuration(t, "one-worker"))

	found, err := deployments.GetDeploymentBySlot("gopackages", vm.DeploymentSlotStaging)
	check(t, err)
	equal(t, []string{found.Name, found.DeploymentSlot, string(found.Status), decoded(t, found.Label)},
		[]string{"v2", "Staging", "Running", "v2 label"})
	equal(t, found.URL, "http://"+found.PrivateID+".cloudapp.net/")
	equal(t, found.ExtendedProperties[0], vm.ExtendedProperty{Name: "mine", Value: "v2"})
	equal(t, []int{len(found.RoleList), len(found.RoleInstanceList)}, []int{1, 2})
	equal(t, found.RoleInstanceList[1].InstanceName, "WorkerRole1_IN_1")
	equal(t, []int{found.RoleInstanceList[1].InstanceUpgradeDomain, found.RoleInstanceList[1].InstanceFaultDomain}, []int{1, 1})

	done(t, client)(deployments.SwapDeployment("gopackages"))
	for slot, name := range map[vm.DeploymentSlot]string{vm.DeploymentSlotProduction: "v2", vm.DeploymentSlotStaging: "v1"} {
		there, err := deployments.GetDeploymentNameForSlot("gopackages", slot)
		check(t, err)
		equal(t, there, name)
	}

	state := func(name string) vm.DeploymentStatus {
		t.Helper()
		found, err := deployments.GetDeployment("gopackages", name)
		check(t, err)
		return found.Status
	}
	done(t, client)(deployments.UpdateDeploymentStatus("gopackages", vm.DeploymentSlotProduction, "Suspended"))
	equal(t, state("v2"), vm.DeploymentStatusSuspended)
	done(t, client)(deployments.UpdateDeploymentStatusByName("gopackages", "v2", "Running"))
	equal(t, state("v2"), vm.DeploymentStatusRunning)

	done(t, client)(deployments.ChangeDeploymentConfiguration("gopackages", vm.DeploymentSlotProduction,
		vm.ChangeDeploymentConfigurationRequestOptions{Configuration: configuration(t, "scaled")}))
	found, err = deployments.GetDeployment("gopackages", "v2")
	check(t, err)
	equal(t, len(found.RoleInstanceList), 4)
	equal(t, found.UpgradeStatus, vm.UpgradeStatus{})

	done(t, client)(deployments.DeleteDeploymentBySlot("gopackages", vm.DeploymentSlotStaging))
	name, err := deployments.GetDeploymentNameForSlot("gopackages", vm.DeploymentSlotStaging)
	check(t, err)
	equal(t, name, "")
}

func TestExtensions(t *testing.T) {
	client := cloud(t)
	extensions := vm.NewClient(client)
	service(t, client, "goextensions")
	offered, err := extensions.GetResourceExtensions()
	check(t, err)
	docker := false
	for _, one := range offered {
		docker = docker || one.Publisher == "MSOpenTech.Extensions" && one.Name == "DockerExtension" && one.Version != ""
	}
	holds(t, "no docker among the extensions", docker)

	done(t, client)(extensions.AddExtension("goextensions", vm.AddExtensionOptions{
		ProviderNameSpace: "Microsoft.Windows.Azure.Extensions", Type: "RDP", ID: "gordp", Version: "1.*",
		PublicConfiguration:  encoded("<PublicConfig><UserName>me</UserName></PublicConfig>"),
		PrivateConfiguration: encoded("<PrivateConfig><Password>Passw0rd!</Password></PrivateConfig>"),
	}))
	one, err := extensions.GetExtension("goextensions", "gordp")
	check(t, err)
	listed, err := extensions.ListExtensions("goextensions")
	check(t, err)
	equal(t, listed, []vm.ExtensionInfo{one})
	equal(t, []string{one.ProviderNameSpace, one.Type, one.ID}, []string{"Microsoft.Windows.Azure.Extensions", "RDP", "gordp"})
	holds(t, one.Version, strings.HasPrefix(one.Version, "1."))

	// The SDK knows NamedRoles alone. The service shows there what not all roles have, so that it takes two roles.
	settings := encoded(strings.Replace(decoded(t, configuration(t, "one-worker")), "</ServiceConfiguration>",
		`<Role name="WorkerRole2"><Instances count="1"/></Role></ServiceConfiguration>`, 1))
	pack(t, client, "goextensions", vm.DeploymentSlotProduction, "v1", settings)
	role := vm.NamedRole{RoleName: "WorkerRole1", Extensions: []vm.Extension{{ID: "gordp", State: "enable"}}}
	done(t, client)(extensions.ChangeDeploymentConfiguration("goextensions", vm.DeploymentSlotProduction,
		vm.ChangeDeploymentConfigurationRequestOptions{
			Configuration:          settings,
			ExtensionConfiguration: vm.ExtensionConfiguration{NamedRoles: []vm.NamedRole{role}},
		}))
	found, err := extensions.GetDeploymentBySlot("goextensions", vm.DeploymentSlotProduction)
	check(t, err)
	equal(t, found.ExtensionConfiguration.NamedRoles, []vm.NamedRole{role})
	done(t, client)(extensions.DeleteDeploymentBySlot("goextensions", vm.DeploymentSlotProduction))
	done(t, client)(extensions.DeleteExtension("goextensions", "gordp"))
	_, err = extensions.GetExtension("goextensions", "gordp")
	holds(t, "it is still there", management.IsResourceNotFoundError(err))
}
