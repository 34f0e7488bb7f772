// What the tests leave out, and why: whole names of a field `package.group.function parameter.field`, and of what the
// service was sent, `operation /path`. What stands here and is not left out is a mistake, too.
'use strict';

const each = (before, names, after = '') => names.map((name) => before + name + after);

const NETWORK = [
  'inputEndpoints',
  'subnetNames',
  'staticVirtualNetworkIPAddress',
  'publicIPs',
  'networkInterfaces',
  'networkSecurityGroup',
  'iPForwarding',
];
const WINDOWS = [
  'additionalUnattendContent',
  'domainJoin',
  'windowsRemoteManagement',
  'computerName',
  'adminPassword',
  'resetPasswordOnFirstLogon',
  'enableAutomaticUpdates',
  'timeZone',
  'adminUserName',
];
const LINUX = ['hostName', 'sshSettings', 'userName', 'userPassword', 'disableSshPasswordAuthentication', 'customData'];

const MACHINES = 'compute.virtualMachines.';
const DEPLOYED = `${MACHINES}beginCreatingDeployment 1.roles[].`;
const ADDED = `${MACHINES}beginCreating 2.`;
const UPDATED = `${MACHINES}beginUpdating 3.`;

// Fields that no test fills.
exports.unfilled = [
  // The service says these: the package takes them from an application that sends back what it has read.
  ...each(DEPLOYED, ['oSVersion', 'defaultWinRmCertificateThumbprint', 'migrationState']),
  ...each('', [DEPLOYED, ADDED, UPDATED], 'configurationSets[].inputEndpoints[].virtualIPAddress'),
  `${MACHINES}beginUpdatingLoadBalancedEndpointSet 2.loadBalancedEndpoints[].virtualIPAddress`,
  // The machine whose image is captured is one of Linux, and what is provisioned again keeps its network.
  ...each(`${MACHINES}beginCapturingOSImage 3.provisioningConfiguration.`, [
    ...WINDOWS,
    'storedCertificateSettings',
    ...NETWORK,
  ]),
  // Further addresses are added to a deployment that is there.
  `${DEPLOYED}configurationSets[].inputEndpoints[].virtualIPName`,
  // A machine is provisioned once, and its disk made: to change it says nothing of either.
  ...each(`${UPDATED}configurationSets[].`, [...WINDOWS, ...LINUX]),
  `${UPDATED}oSVirtualHardDisk.resizedSizeInGB`,
  // With a new size, updateDisk is answered as updateDiskSize is, which the package takes for an error.
  'compute.virtualMachineDisks.updateDisk 1.resizedSizeInGB',
  // A host name gets a certificate that its site has, and the package sends none to a site.
  'website.webSites.update 2.hostNameSslStates[].thumbprint',
];

const CREATED_ROLE = 'CreateVirtualMachineDeployment /Deployment/RoleList/Role/';
const ROLES = [CREATED_ROLE, 'AddRole /PersistentVMRole/', 'UpdateRole /PersistentVMRole/'];
const RULES = ['CreateNamespaceAuthorizationRule', 'UpdateNamespaceAuthorizationRule'];
const QUEUES = ['CreateQueue /entry/content/QueueDescription/', 'UpdateQueue /entry/content/QueueDescription/'];
const TOPICS = ['CreateTopic /entry/content/TopicDescription/', 'UpdateTopic /entry/content/TopicDescription/'];
const JOBS = ['CreateJob', 'CreateJobWithoutId'];

// What the service was sent and did not read.
exports.unread = [
  // What Service Bus itself says of an entity; an application sends back what it has read.
  ...RULES.flatMap((rule) =>
    each(`${rule} /entry/content/SharedAccessAuthorizationRule/`, ['CreatedTime', 'ModifiedTime', 'Revision']),
  ),
  ...QUEUES.flatMap((queue) => each(queue, ['CountDetails', 'SizeInBytes', 'MessageCount'])),
  ...TOPICS.flatMap((topic) =>
    each(topic, ['CountDetails', 'SizeInBytes', 'SubscriptionCount', 'CreatedAt', 'UpdatedAt', 'AccessedAt']),
  ),
  ...[...QUEUES, ...TOPICS].flatMap((entity) =>
    each(`${entity}AuthorizationRules/AuthorizationRule/`, ['CreatedTime', 'ModifiedTime']),
  ),
  // Of a network, the package reads that it has no certificates, and writes it when that is sent back.
  'UpdateRole /PersistentVMRole/ConfigurationSets/ConfigurationSet/StoredCertificateSettings',
  // The package writes these after what follows them in the contract: for the service they are too late.
  'CreateOSImage /OSImage/ShowInGui',
  'CreateOSImage /OSImage/IconUri',
  'UpdateOSImage /OSImage/IconUri',
  'UpdateVMImage /VMImage/Description',
  'UpdateLoadBalancedEndpointSet /LoadBalancedEndpointList/InputEndpoint/LoadBalancerName',
  `${CREATED_ROLE}ConfigurationSets/ConfigurationSet/CustomData`,
  `${CREATED_ROLE}ConfigurationSets/ConfigurationSet/DomainJoin/Provisioning`,
  `${CREATED_ROLE}LicenseType`,
  // An image of a caller's is never premium, and a disk has a system or not as it was made.
  'CreateOSImage /OSImage/IsPremium',
  'UpdateOSImage /OSImage/IsPremium',
  'UpdateDisk /Disk/HasOperatingSystem',
  // Extensions run nothing here that could be forced, and where the pictures of a starting machine lie is the service's
  // own choice.
  ...each('', ROLES, 'ResourceExtensionReferences/ResourceExtensionReference/ForceUpdate'),
  ...ROLES.flatMap((role) => each(`${role}DebugSettings/`, ['ConsoleScreenshotBlobUri', 'SerialOutputBlobUri'])),
  // Passwords are never shown again, and nothing is done with them here.
  ...each('', JOBS, ' /action/errorAction/request/authentication/password'),
  ...each('', JOBS, ' /action/request/authentication/password'),
  // Why a job was disabled: no answer has it.
  'UpdateJobState /stateDetails',
];
