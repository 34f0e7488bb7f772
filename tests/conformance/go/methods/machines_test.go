package methods

import (
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/services/classic/management"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/hostedservice"
	nsg "github.com/Azure/azure-sdk-for-go/services/classic/management/networksecuritygroup"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/osimage"
	vm "github.com/Azure/azure-sdk-for-go/services/classic/management/virtualmachine"
	vmdisk "github.com/Azure/azure-sdk-for-go/services/classic/management/virtualmachinedisk"
	vmimage "github.com/Azure/azure-sdk-for-go/services/classic/management/virtualmachineimage"
	"github.com/Azure/azure-sdk-for-go/services/classic/management/vmutils"
)

const password = "Passw0rd!"

// image returns the newest of the platform's images of a family.
func image(t *testing.T, client management.Client, family string) osimage.OSImage {
	t.Helper()
	found, err := osimage.NewClient(client).ListOSImages()
	check(t, err)
	var newest osimage.OSImage
	for _, one := range found.OSImages {
		if one.ImageFamily == family && one.PublishedDate > newest.PublishedDate {
			newest = one
		}
	}
	holds(t, "no image of "+family, newest.Name != "")
	return newest
}

func blob(account, name string) string {
	return "https://" + account + ".blob.core.windows.net/vhds/" + name + ".vhd"
}

// linux returns a machine with ssh that is yet to be made, its disk in that storage account.
func linux(t *testing.T, client management.Client, account, name string) vm.Role {
	t.Helper()
	role := vmutils.NewVMConfiguration(name, "Small")
	source := image(t, client, "Ubuntu Server 14.04 LTS").Name
	check(t, vmutils.ConfigureDeploymentFromPlatformImage(&role, source, blob(account, name), "label"))
	check(t, vmutils.ConfigureForLinux(&role, name, "azureuser", password))
	check(t, vmutils.ConfigureWithPublicSSH(&role))
	return role
}

func network0(t *testing.T, role vm.Role) vm.ConfigurationSet {
	t.Helper()
	for _, set := range role.ConfigurationSets {
		if set.ConfigurationSetType == vm.ConfigurationSetTypeNetwork {
			return set
		}
	}
	t.Fatal("no network configuration")
	return vm.ConfigurationSet{}
}

func TestAMachineIsMadeChangedAndDeleted(t *testing.T) {
	client := cloud(t)
	machines := vm.NewClient(client)
	service(t, client, "gomachine")
	account(t, client, "gomachine")
	role := linux(t, client, "gomachine", "first")
	role.AvailabilitySetName = "set"
	check(t, vmutils.ConfigureWithCustomDataForLinux(&role, encoded("my data")))
	check(t, vmutils.ConfigureWithExternalPort(&role, "web", 80, 8080, vm.InputEndpointProtocolUDP))
	check(t, vmutils.ConfigureWithNewDataDisk(&role, "data", blob("gomachine", "data"), 10, vmdisk.HostCachingTypeReadOnly))
	check(t, vmutils.AddAzureDockerVMExtensionConfiguration(&role, 4243, "0.6"))

	done(t, client)(machines.CreateDeployment(role, "gomachine", vm.CreateDeploymentOptions{}))

	check(t, vmutils.WaitForDeploymentPowerState(client, "gomachine", "first", vm.PowerStateStarted))
	check(t, vmutils.WaitForDeploymentInstanceStatus(client, "gomachine", "first", vm.InstanceStatusReadyRole))
	name, err := machines.GetDeploymentName("gomachine")
	check(t, err)
	equal(t, name, "first")
	found, err := machines.GetDeployment("gomachine", "first")
	check(t, err)
	equal(t, []string{found.Name, found.DeploymentSlot, string(found.Status), decoded(t, found.Label), found.URL},
		[]string{"first", "Production", "Running", "first", "http://gomachine.cloudapp.net/"})
	equal(t, []int{len(found.PrivateID), found.UpgradeDomainCount, len(found.RoleList), len(found.VirtualIPs)}, []int{32, 1, 1, 1})
	equal(t, []bool{found.Locked, found.RollbackAllowed, found.CreatedTime == "", found.LastModifiedTime == ""}, []bool{false, false, false, false})
	holds(t, found.Configuration, strings.Contains(decoded(t, found.Configuration), `<Role name="first">`))
	holds(t, found.InternalDNSSuffix, strings.HasSuffix(found.InternalDNSSuffix, ".internal.cloudapp.net"))
	equal(t, len(found.RoleInstanceList), 1)
	instance, public := found.RoleInstanceList[0], found.VirtualIPs[0].Address
	equal(t, []string{instance.RoleName, instance.InstanceName, string(instance.InstanceStatus), instance.InstanceSize, instance.HostName, string(instance.PowerState)},
		[]string{"first", "first", vm.InstanceStatusReadyRole, "Small", "first", string(vm.PowerStateStarted)})
	holds(t, "an address", strings.Count(instance.IPAddress, ".") == 3)
	equal(t, instance.InstanceEndpoints, []vm.InstanceEndpoint{
		{Name: "SSH", Vip: public, PublicPort: 22, LocalPort: 22, Protocol: "tcp"},
		{Name: "web", Vip: public, PublicPort: 8080, LocalPort: 80, Protocol: "udp"},
		{Name: "docker", Vip: public, PublicPort: 4243, LocalPort: 4243, Protocol: "tcp"},
	})

	shown, err := machines.GetRole("gomachine", "first", "first")
	check(t, err)
	equal(t, []string{shown.RoleName, shown.RoleType, shown.RoleSize, shown.AvailabilitySetName}, []string{"first", "PersistentVMRole", "Small", "set"})
	holds(t, "a guest agent", shown.ProvisionGuestAgent)
	equal(t, len(network0(t, *shown).InputEndpoints), 3)
	equal(t, network0(t, *shown).InputEndpoints[1], vm.InputEndpoint{LocalPort: 80, Name: "web", Port: 8080, Protocol: "udp"})
	equal(t, len(shown.DataVirtualHardDisks), 1)
	data := shown.DataVirtualHardDisks[0]
	holds(t, "a data disk has a name", data.DiskName != "")
	data.DiskName = ""
	equal(t, data, vm.DataVirtualHardDisk{
		HostCaching: vmdisk.HostCachingTypeReadOnly, DiskLabel: "data", LogicalDiskSizeInGB: 10, MediaLink: blob("gomachine", "data"),
	})
	equal(t, []string{shown.OSVirtualHardDisk.MediaLink, shown.OSVirtualHardDisk.SourceImageName, shown.OSVirtualHardDisk.OS, string(shown.OSVirtualHardDisk.HostCaching)},
		[]string{blob("gomachine", "first"), role.OSVirtualHardDisk.SourceImageName, "Linux", "ReadWrite"})
	equal(t, shown.ResourceExtensionReferences, &[]vm.ResourceExtensionReference{{
		ReferenceName: "DockerExtension", Publisher: "MSOpenTech.Extensions", Name: "DockerExtension", Version: "0.6",
		ParameterValues: []vm.ResourceExtensionParameter{{Key: "ignored", Value: encoded(`{"dockerport":4243,"version":2}`), Type: "Public"}},
		State:           "enable",
	}})

	// What was read is changed and put back, as the SDK has it: with elements that are empty, and no label.
	shown.RoleSize = "Medium"
	check(t, vmutils.ConfigureWithExternalPort(shown, "more", 443, 443, vm.InputEndpointProtocolTCP))
	done(t, client)(machines.UpdateRole("gomachine", "first", "first", *shown))
	changed, err := machines.GetRole("gomachine", "first", "first")
	check(t, err)
	equal(t, []interface{}{changed.RoleSize, len(network0(t, *changed).InputEndpoints)}, []interface{}{"Medium", 4})

	done(t, client)(machines.AddRole("gomachine", "first", second(t, client)))
	found, err = machines.GetDeploymentBySlot("gomachine", vm.DeploymentSlotProduction)
	check(t, err)
	equal(t, []string{found.RoleList[0].RoleName, found.RoleList[1].RoleName}, []string{"first", "second"})
	done(t, client)(machines.DeleteRole("gomachine", "first", "second", true))
	_, err = machines.GetRole("gomachine", "first", "second")
	holds(t, "it is still there", management.IsResourceNotFoundError(err))

	done(t, client)(machines.DeleteDeployment("gomachine", "first"))
	name, err = machines.GetDeploymentName("gomachine")
	check(t, err)
	equal(t, name, "")
	left, err := vmdisk.NewClient(client).ListDisks()
	check(t, err)
	equal(t, len(left.Disk), 0) // it asks for the disks to be deleted as well
}

func second(t *testing.T, client management.Client) vm.Role {
	t.Helper()
	role := linux(t, client, "gomachine", "second")
	role.ConfigurationSets[1].InputEndpoints[0].Port = 10022
	return role
}

func TestAMachineIsStoppedStartedAndRestarted(t *testing.T) {
	client := cloud(t)
	machines := vm.NewClient(client)
	service(t, client, "gopower")
	account(t, client, "gopower")
	done(t, client)(machines.CreateDeployment(linux(t, client, "gopower", "one"), "gopower", vm.CreateDeploymentOptions{}))
	state := func() []string {
		t.Helper()
		found, err := machines.GetDeployment("gopower", "one")
		check(t, err)
		instance := found.RoleInstanceList[0]
		return []string{string(found.Status), string(instance.InstanceStatus), string(instance.PowerState)}
	}

	done(t, client)(machines.ShutdownRole("gopower", "one", "one", vm.PostShutdownActionStopped))
	equal(t, state(), []string{"Running", vm.InstanceStatusStoppedVM, string(vm.PowerStateStopped)})
	done(t, client)(machines.StartRole("gopower", "one", "one"))
	equal(t, state(), []string{"Running", vm.InstanceStatusReadyRole, string(vm.PowerStateStarted)})
	done(t, client)(machines.RestartRole("gopower", "one", "one"))
	equal(t, state(), []string{"Running", vm.InstanceStatusReadyRole, string(vm.PowerStateStarted)})
	done(t, client)(machines.ShutdownRole("gopower", "one", "one", vm.PostShutdownActionStoppedDeallocated))
	equal(t, state(), []string{"Suspended", vm.InstanceStatusStoppedDeallocated, string(vm.PowerStateStopped)})
}

func TestAWindowsMachineInANetwork(t *testing.T) {
	client := cloud(t)
	machines := vm.NewClient(client)
	service(t, client, "gowindows")
	account(t, client, "gowindows")
	network(t, client, "gonetwork")
	done(t, client)(nsg.NewClient(client).CreateNetworkSecurityGroup("gosecurity", "label", west))
	reserved, err := client.SendAzurePostRequest("services/networking/reservedips", []byte(
		`<ReservedIP xmlns="http://schemas.microsoft.com/windowsazure"><Name>goreserved</Name><Location>West US</Location></ReservedIP>`))
	done(t, client)(reserved, err)
	role := vmutils.NewVMConfiguration("windows", "Small")
	source := image(t, client, "Windows Server 2012 R2 Datacenter").Name
	check(t, vmutils.ConfigureDeploymentFromPlatformImage(&role, source, blob("gowindows", "windows"), "label"))
	check(t, vmutils.ConfigureForWindows(&role, "windows", "azureuser", password, true, "Pacific Standard Time"))
	check(t, vmutils.ConfigureWithCustomDataForWindows(&role, encoded("my data")))
	check(t, vmutils.ConfigureWinRMOverHTTP(&role))
	check(t, vmutils.ConfigureWinRMOverHTTPS(&role, ""))
	check(t, vmutils.ConfigureWindowsToJoinDomain(&role, "joiner", password, "example.com", "OU=machines"))
	check(t, vmutils.ConfigureWithPublicRDP(&role))
	check(t, vmutils.ConfigureWithPublicPowerShell(&role))
	check(t, vmutils.ConfigureWithSubnet(&role, "front"))
	check(t, vmutils.ConfigureWithSecurityGroup(&role, "gosecurity"))
	role.ConfigurationSets[1].StaticVirtualNetworkIPAddress = "10.0.0.9"

	done(t, client)(machines.CreateDeployment(role, "gowindows", vm.CreateDeploymentOptions{
		VirtualNetworkName: "gonetwork",
		DNSServers:         []vm.DNSServer{{Name: "mydns", Address: "10.0.0.4"}},
		LoadBalancers: []vm.LoadBalancer{{
			Name: "inside", Type: vm.IPAddressTypePrivate, SubnetName: "back", StaticVirtualNetworkIPAddress: "10.0.1.7",
		}},
		ReservedIPName: "goreserved",
	}))

	found, err := machines.GetDeployment("gowindows", "windows")
	check(t, err)
	equal(t, found.VirtualNetworkName, "gonetwork")
	equal(t, found.DNSServers, []vm.DNSServer{{Name: "mydns", Address: "10.0.0.4"}})
	equal(t, found.LoadBalancers, []vm.LoadBalancer{{
		Name: "inside", Type: vm.IPAddressTypePrivate, SubnetName: "back", StaticVirtualNetworkIPAddress: "10.0.1.7",
	}})
	equal(t, found.RoleInstanceList[0].IPAddress, "10.0.0.9")
	// The SDK sends ReservedIPName after LoadBalancers, which it sends even where there are none. The contract has it
	// before them, so that it was never read.
	equal(t, found.ReservedIPName, "")
	shown, err := machines.GetRole("gowindows", "windows", "windows")
	check(t, err)
	set := network0(t, *shown)
	equal(t, set.SubnetNames, []string{"front"})
	equal(t, set.StaticVirtualNetworkIPAddress, "10.0.0.9")
	equal(t, len(set.InputEndpoints), 2)
	equal(t, set.NetworkSecurityGroup, "gosecurity")
	equal(t, shown.OSVirtualHardDisk.OS, "Windows")
}

func TestDisks(t *testing.T) {
	client := cloud(t)
	machines, disks := vm.NewClient(client), vmdisk.NewClient(client)
	service(t, client, "godisks")
	account(t, client, "godisks")
	done(t, client)(machines.CreateDeployment(linux(t, client, "godisks", "one"), "godisks", vm.CreateDeploymentOptions{}))

	done(t, client)(disks.AddDisk(vmdisk.CreateDiskParameters{Label: "mine", MediaLink: blob("godisks", "mine"), Name: "mine"}))
	mine, err := disks.GetDisk("mine")
	check(t, err)
	holds(t, "no time", mine.CreatedTime != "")
	equal(t, []interface{}{mine.Name, mine.Location, mine.MediaLink, mine.OS, mine.LogicalDiskSizeInGB, mine.IOType, mine.AttachedTo.RoleName, mine.IsCorrupted},
		[]interface{}{"mine", west, blob("godisks", "mine"), vmdisk.OperatingSystemType(""), 30, vmdisk.IOTypeStandard, "", false})
	done(t, client)(disks.UpdateDisk("mine", vmdisk.UpdateDiskParameters{Label: "new label", Name: "mine", ResizedSizeInGB: 40}))
	mine, err = disks.GetDisk("mine")
	check(t, err)
	equal(t, mine.LogicalDiskSizeInGB, 40)

	done(t, client)(disks.AddDataDisk("godisks", "one", "one", vmdisk.CreateDataDiskParameters{
		HostCaching: vmdisk.HostCachingTypeReadWrite, DiskLabel: "data", Lun: 3, LogicalDiskSizeInGB: 20, MediaLink: blob("godisks", "data"),
	}))
	data, err := disks.GetDataDisk("godisks", "one", "one", 3)
	check(t, err)
	name := data.DiskName
	equal(t, []interface{}{data.HostCaching, data.DiskLabel, data.Lun, data.LogicalDiskSizeInGB, data.MediaLink},
		[]interface{}{vmdisk.HostCachingTypeReadWrite, "data", 3, 20, blob("godisks", "data")})
	done(t, client)(disks.UpdateDataDisk("godisks", "one", "one", 3, vmdisk.UpdateDataDiskParameters{
		HostCaching: vmdisk.HostCachingTypeNone, DiskName: name, Lun: 3, MediaLink: blob("godisks", "data"),
	}))
	data, err = disks.GetDataDisk("godisks", "one", "one", 3)
	check(t, err)
	equal(t, []interface{}{data.HostCaching, data.DiskName}, []interface{}{vmdisk.HostCachingTypeNone, name})

	listed, err := disks.ListDisks()
	check(t, err)
	attached := map[string]string{}
	for _, one := range listed.Disk {
		attached[one.MediaLink] = one.AttachedTo.HostedServiceName + "/" + one.AttachedTo.DeploymentName + "/" + one.AttachedTo.RoleName
	}
	equal(t, attached, map[string]string{
		blob("godisks", "mine"): "//", blob("godisks", "data"): "godisks/one/one", blob("godisks", "one"): "godisks/one/one",
	})
	err = disks.DeleteDisk(name, true)
	holds(t, "a disk in use was deleted", err != nil)
	done(t, client)(disks.DeleteDataDisk("godisks", "one", "one", 3, false))
	check(t, disks.DeleteDisk(name, true))
	check(t, disks.DeleteDisk("mine", false))
	_, err = disks.GetDisk("mine")
	holds(t, "it is still there", management.IsResourceNotFoundError(err))
	done(t, client)(hostedservice.NewClient(client).DeleteHostedService("godisks", true))
}

func TestOSImages(t *testing.T) {
	client := cloud(t)
	machines, images := vm.NewClient(client), osimage.NewClient(client)
	service(t, client, "goimages")
	account(t, client, "goimages")
	ubuntu := image(t, client, "Ubuntu Server 14.04 LTS")
	equal(t, []interface{}{ubuntu.Category, ubuntu.OS, ubuntu.LogicalSizeInGB, ubuntu.IOType, ubuntu.PublisherName},
		[]interface{}{"Public", "Linux", 30.0, osimage.IOType("Standard_LRS"), "Canonical"})

	// The SDK sends MediaLink after Name and OS. The contract has it before them, so that the service does not read it
	// there, and without it there is no image.
	_, err := images.AddOSImage(&osimage.OSImage{
		Label: "my label", Name: "goimage", OS: "Linux", MediaLink: blob("goimages", "goimage"), ImageFamily: "mine",
		PublishedDate: "2015-05-01T00:00:00Z",
	})
	holds(t, "not for its order", err != nil && strings.Contains(err.Error(), "the required <MediaLink> must not stand after"))
	done(t, client)(client.SendAzurePostRequest("services/images", []byte(
		`<OSImage xmlns="http://schemas.microsoft.com/windowsazure"><Label>my label</Label><MediaLink>`+blob("goimages", "goimage")+
			`</MediaLink><Name>goimage</Name><OS>Linux</OS><ImageFamily>mine</ImageFamily></OSImage>`)))

	added := named(t, client, "goimage")
	equal(t, []interface{}{added.Category, added.Label, added.LogicalSizeInGB, added.OS, added.MediaLink, added.ImageFamily, added.Location},
		[]interface{}{"User", "my label", 30.0, "Linux", blob("goimages", "goimage"), "mine", west})

	done(t, client)(machines.CreateDeployment(linux(t, client, "goimages", "one"), "goimages", vm.CreateDeploymentOptions{}))
	done(t, client)(machines.ShutdownRole("goimages", "one", "one", vm.PostShutdownActionStopped))
	again := vm.ConfigurationSet{
		ConfigurationSetType: vm.ConfigurationSetTypeLinuxProvisioning, HostName: "again", UserName: "azureuser", UserPassword: password,
	}
	done(t, client)(machines.CaptureRole("goimages", "one", "one", "gocaptured", "captured", &again))
	equal(t, named(t, client, "gocaptured").Label, "captured")
	found, err := machines.GetDeployment("goimages", "one")
	check(t, err)
	equal(t, found.RoleInstanceList[0].HostName, "again")
}

func named(t *testing.T, client management.Client, name string) osimage.OSImage {
	t.Helper()
	found, err := osimage.NewClient(client).ListOSImages()
	check(t, err)
	for _, one := range found.OSImages {
		if one.Name == name {
			return one
		}
	}
	t.Fatal(name + " is not there")
	return osimage.OSImage{}
}

func TestVMImages(t *testing.T) {
	client := cloud(t)
	machines, images := vm.NewClient(client), vmimage.NewClient(client)
	service(t, client, "govmimages")
	account(t, client, "govmimages")
	role := linux(t, client, "govmimages", "one")
	check(t, vmutils.ConfigureWithNewDataDisk(&role, "data", blob("govmimages", "data"), 10, vmdisk.HostCachingTypeNone))
	done(t, client)(machines.CreateDeployment(role, "govmimages", vm.CreateDeploymentOptions{}))
	done(t, client)(machines.ShutdownRole("govmimages", "one", "one", vm.PostShutdownActionStopped))

	done(t, client)(images.Capture("govmimages", "one", "one", "govmimage", "my label", vmimage.OSStateGeneralized, vmimage.CaptureParameters{
		Description: "my description", Language: "en-us", ImageFamily: "mine", RecommendedVMSize: "Large",
	}))

	listed, err := images.ListVirtualMachineImages(vmimage.ListParameters{Category: vmimage.CategoryUser, Location: west})
	check(t, err)
	equal(t, len(listed.VMImages), 1)
	found := listed.VMImages[0]
	equal(t, []string{found.Name, found.Label, found.Category, found.Description, found.Language, found.ImageFamily, found.RecommendedVMSize, found.Location},
		[]string{"govmimage", "my label", "User", "my description", "en-us", "mine", "Large", west})
	equal(t, []string{found.ServiceName, found.DeploymentName, found.RoleName}, []string{"govmimages", "one", "one"})
	equal(t, []interface{}{found.OSDiskConfiguration.OS, found.OSDiskConfiguration.OSState, found.OSDiskConfiguration.HostCaching, found.OSDiskConfiguration.IOType},
		[]interface{}{"Linux", vmimage.OSStateGeneralized, vmdisk.HostCachingTypeReadWrite, vmimage.IOTypeStandard})
	equal(t, len(found.DataDiskConfigurations), 1)
	disk := found.DataDiskConfigurations[0]
	// The SDK looks for LogicalSizeInGB where the service shows LogicalDiskSizeInGB.
	equal(t, []interface{}{disk.HostCaching, disk.Lun, disk.LogicalSizeInGB}, []interface{}{vmdisk.HostCachingTypeNone, "0", 0.0})
	platform, err := images.ListVirtualMachineImages(vmimage.ListParameters{Publisher: "Nobody"})
	check(t, err)
	equal(t, len(platform.VMImages), 0)

	again := vmutils.NewVMConfiguration("again", "Small")
	check(t, vmutils.ConfigureDeploymentFromUserVMImage(&again, "govmimage"))
	check(t, vmutils.ConfigureForLinux(&again, "again", "azureuser", password))
	again.VMImageInput = &vm.VMImageInput{OSDiskConfiguration: &vm.OSDiskConfiguration{ResizedSizeInGB: 60}}
	done(t, client)(machines.CreateDeployment(again, "govmimages", vm.CreateDeploymentOptions{}))
	made, err := machines.GetRole("govmimages", "again", "again")
	check(t, err)
	equal(t, []interface{}{made.VMImageName, len(made.DataVirtualHardDisks)}, []interface{}{"govmimage", 1})
	done(t, client)(machines.DeleteDeployment("govmimages", "again"))

	check(t, images.DeleteVirtualMachineImage("govmimage", true))
	listed, err = images.ListVirtualMachineImages(vmimage.ListParameters{Category: vmimage.CategoryUser})
	check(t, err)
	equal(t, len(listed.VMImages), 0)
}

func TestMachinesAreMadeOfWhatThereIs(t *testing.T) {
	client := cloud(t)
	machines, disks := vm.NewClient(client), vmdisk.NewClient(client)
	service(t, client, "gosources")
	account(t, client, "gosources")
	for name, system := range map[string]vmdisk.OperatingSystemType{"system": vmdisk.OperatingSystemTypeLinux, "data": ""} {
		done(t, client)(disks.AddDisk(vmdisk.CreateDiskParameters{OS: system, Label: name, MediaLink: blob("gosources", name), Name: name}))
	}

	ofDisks := vmutils.NewVMConfiguration("disks", "Small")
	check(t, vmutils.ConfigureDeploymentFromExistingOSDisk(&ofDisks, "system", "label"))
	check(t, vmutils.ConfigureWithExistingDataDisk(&ofDisks, "data", vmdisk.HostCachingTypeReadOnly))
	check(t, vmutils.ConfigureWithVhdDataDisk(&ofDisks, blob("gosources", "vhd"), vmdisk.HostCachingTypeNone))
	done(t, client)(machines.CreateDeployment(ofDisks, "gosources", vm.CreateDeploymentOptions{}))
	shown, err := machines.GetRole("gosources", "disks", "disks")
	check(t, err)
	equal(t, []string{shown.OSVirtualHardDisk.DiskName, shown.OSVirtualHardDisk.MediaLink}, []string{"system", blob("gosources", "system")})
	equal(t, []string{shown.DataVirtualHardDisks[0].DiskName, shown.DataVirtualHardDisks[0].MediaLink}, []string{"data", blob("gosources", "data")})
	equal(t, []interface{}{shown.DataVirtualHardDisks[1].Lun, shown.DataVirtualHardDisks[1].MediaLink}, []interface{}{1, blob("gosources", "vhd")})

	remote := vmutils.NewVMConfiguration("remote", "Small")
	check(t, vmutils.ConfigureDeploymentFromRemoteImage(&remote, blob("elsewhere", "source"), "Linux", "copy", blob("gosources", "copy"), "label"))
	check(t, vmutils.ConfigureForLinux(&remote, "remote", "azureuser", password))
	done(t, client)(machines.AddRole("gosources", "disks", remote))
	shown, err = machines.GetRole("gosources", "disks", "remote")
	check(t, err)
	equal(t, *shown.OSVirtualHardDisk, vm.OSVirtualHardDisk{
		HostCaching: vmdisk.HostCachingTypeReadWrite, DiskLabel: "label", DiskName: "copy", MediaLink: blob("gosources", "copy"),
		OS: "Linux", RemoteSourceImageLink: blob("elsewhere", "source"),
	})

	offered, err := vmimage.NewClient(client).ListVirtualMachineImages(vmimage.ListParameters{Category: "Public"})
	check(t, err)
	published := ""
	for _, one := range offered.VMImages {
		if one.OSDiskConfiguration.OS == "Linux" {
			published = one.Name
		}
	}
	holds(t, "no public image of a Linux machine", published != "")
	bought := vmutils.NewVMConfiguration("bought", "ExtraLarge")
	check(t, vmutils.ConfigureDeploymentFromPublishedVMImage(&bought, published, "https://gosources.blob.core.windows.net/bought", true))
	check(t, vmutils.ConfigureForLinux(&bought, "bought", "azureuser", password))
	done(t, client)(machines.AddRole("gosources", "disks", bought))
	shown, err = machines.GetRole("gosources", "disks", "bought")
	check(t, err)
	equal(t, shown.VMImageName, published)
	holds(t, shown.OSVirtualHardDisk.MediaLink, strings.HasPrefix(shown.OSVirtualHardDisk.MediaLink, "https://gosources.blob.core.windows.net/bought/"))
}
