// What the tests leave out, and why: parts of `package.group.function parameter.field` and of `operation /path`.
'use strict';

// Fields that no test fills.
exports.unfilled = [
  // The service says these: the package takes them from an application that sends back what it has read.
  'compute.virtualMachines.beginCreatingDeployment 1.roles[].oSVersion',
  'compute.virtualMachines.beginCreatingDeployment 1.roles[].defaultWinRmCertificateThumbprint',
  'compute.virtualMachines.beginCreatingDeployment 1.roles[].migrationState',
  'compute.virtualMachines.beginCreatingDeployment 1.roles[].configurationSets[].inputEndpoints[].virtualIPAddress',
  'compute.virtualMachines.beginCreating 2.configurationSets[].inputEndpoints[].virtualIPAddress',
  'compute.virtualMachines.beginUpdating 3.configurationSets[].inputEndpoints[].virtualIPAddress',
  'compute.virtualMachines.beginUpdatingLoadBalancedEndpointSet 2.loadBalancedEndpoints[].virtualIPAddress',
  // The service refuses it: it follows from where the blob is.
  'compute.virtualMachines.beginCreatingDeployment 1.roles[].dataVirtualHardDisks[].iOType',
  'compute.virtualMachines.beginCreatingDeployment 1.roles[].oSVirtualHardDisk.iOType',
  'compute.virtualMachines.beginCreating 2.dataVirtualHardDisks[].iOType',
  'compute.virtualMachines.beginCreating 2.oSVirtualHardDisk.iOType',
  // A disk is made of an image of the repository or of a blob elsewhere, not of both.
  'compute.virtualMachines.beginCreatingDeployment 1.roles[].oSVirtualHardDisk.remoteSourceImageLink',
  'compute.virtualMachines.beginCreating 2.oSVirtualHardDisk.remoteSourceImageLink',
  // Machines of Windows are made with their deployment, and what is provisioned again is one of Linux.
  ...[
    'additionalUnattendContent',
    'domainJoin',
    'storedCertificateSettings',
    'windowsRemoteManagement',
    'computerName',
    'adminPassword',
    'resetPasswordOnFirstLogon',
    'enableAutomaticUpdates',
    'timeZone',
    'adminUserName',
  ].map((field) => `compute.virtualMachines.beginCreating 2.configurationSets[].${field}`),
  'compute.virtualMachines.beginCreating 2.licenseType',
  'compute.virtualMachines.beginCapturingOSImage 3.provisioningConfiguration.',
  // Endpoints of load balancers and of further addresses come with the machine that is added to a deployment.
  'compute.virtualMachines.beginCreatingDeployment 1.roles[].configurationSets[].inputEndpoints[].loadBalancerName',
  'compute.virtualMachines.beginCreatingDeployment 1.roles[].configurationSets[].inputEndpoints[].virtualIPName',
  'compute.virtualMachines.beginUpdatingLoadBalancedEndpointSet 2.loadBalancedEndpoints[].loadBalancerName',
  'compute.virtualMachines.beginUpdatingLoadBalancedEndpointSet 2.loadBalancedEndpoints[].virtualIPName',
  // A site whose host name has no certificate.
  'website.webSites.update 2.hostNameSslStates[].thumbprint',
  // Not tried yet.
  'network.reservedIPs.beginCreating 0.virtualIPName',
  'network.applicationGateways.beginUpdateApplicationGateway 1.description',
  'network.applicationGateways.beginUpdateApplicationGateway 1.vnetName',
  'network.applicationGateways.beginSetConfig 1.probes[].unhealthyThreshold',
  'network.applicationGateways.beginSetConfig 1.backendHttpSettingsList[].requestTimeout',
  'jobs.jobs.createOrUpdate 1.recurrence.schedule.months',
  'jobs.jobs.create 0.recurrence.schedule.months',
  // A machine is provisioned once: changing it says nothing of that.
  ...[
    'additionalUnattendContent',
    'domainJoin',
    'hostName',
    'sshSettings',
    'storedCertificateSettings',
    'userName',
    'userPassword',
    'windowsRemoteManagement',
    'computerName',
    'adminPassword',
    'resetPasswordOnFirstLogon',
    'enableAutomaticUpdates',
    'timeZone',
    'adminUserName',
    'disableSshPasswordAuthentication',
    'customData',
  ].map((field) => `compute.virtualMachines.beginUpdating 3.configurationSets[].${field}`),
  'compute.virtualMachines.beginUpdating 3.dataVirtualHardDisks[].iOType',
  'compute.virtualMachines.beginUpdating 3.oSVirtualHardDisk.remoteSourceImageLink',
  'compute.virtualMachines.beginUpdating 3.oSVirtualHardDisk.resizedSizeInGB',
  // With a new size a call of updateDisk is another one, updateDiskSize, which changes nothing else.
  'compute.virtualMachineDisks.updateDisk 1.resizedSizeInGB',
  'compute.virtualMachineDisks.beginUpdatingDisk 1.',
];

// What the service was sent and did not read.
exports.unread = [
  // What Service Bus itself says of an entity; an application sends back what it has read.
  'CreateNamespaceAuthorizationRule /entry/content/SharedAccessAuthorizationRule/',
  'UpdateNamespaceAuthorizationRule /entry/content/SharedAccessAuthorizationRule/',
  ...['CreateQueue /entry/content/QueueDescription/', 'UpdateQueue /entry/content/QueueDescription/']
    .flatMap((entity) => ['CountDetails', 'SizeInBytes', 'MessageCount'].map((field) => entity + field)),
  ...['CreateTopic /entry/content/TopicDescription/', 'UpdateTopic /entry/content/TopicDescription/'].flatMap((entity) =>
    ['CountDetails', 'SizeInBytes', 'SubscriptionCount', 'CreatedAt', 'UpdatedAt', 'AccessedAt'].map((field) => entity + field),
  ),
  ...['CreateQueue /entry/content/QueueDescription', 'UpdateQueue /entry/content/QueueDescription']
    .concat(['CreateTopic /entry/content/TopicDescription', 'UpdateTopic /entry/content/TopicDescription'])
    .flatMap((entity) =>
      ['CreatedTime', 'ModifiedTime'].map((field) => `${entity}/AuthorizationRules/AuthorizationRule[1]/${field}`),
    ),
  // The package writes these after what follows them in the contract: for the service they are too late.
  'CreateOSImage /OSImage/ShowInGui',
  'CreateOSImage /OSImage/IconUri',
  'UpdateOSImage /OSImage/IconUri',
  'UpdateVMImage /VMImage/Description',
  '/IPForwarding',
  '/ConfigurationSets/ConfigurationSet[1]/CustomData',
  // An image of a caller's is never premium, and a disk has a system or not as it was made.
  'CreateOSImage /OSImage/IsPremium',
  'UpdateOSImage /OSImage/IsPremium',
  'UpdateDisk /Disk/HasOperatingSystem',
  // A disk of the system keeps the size of its image here, extensions have nothing to be forced to, and where the
  // pictures of a starting machine lie is the service's own choice.
  '/ResourceExtensionReference[1]/ForceUpdate',
  '/OSVirtualHardDisk/ResizedSizeInGB',
  '/DebugSettings/ConsoleScreenshotBlobUri',
  '/DebugSettings/SerialOutputBlobUri',
  // A disk has the kind that its blob has, nobody joins a domain here, and licences are not asked for.
  '/OSVirtualHardDisk/IOType',
  '/DomainJoin/Provisioning',
  '/RoleList/Role[1]/LicenseType',
  // Passwords are never shown again, and nothing is done with them here.
  'CreateJob /action/errorAction/request/authentication/password',
  'CreateJob /action/request/authentication/password',
  'CreateJobWithoutId /action/errorAction/request/authentication/password',
  'CreateJobWithoutId /action/request/authentication/password',
  // Why a job was disabled: no answer has it.
  'UpdateJobState /stateDetails',
];
