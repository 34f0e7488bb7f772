'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const test = require('node:test');

const { call, compute, network, posted } = require('./clients');

const { deployments, hostedServices, serviceCertificates, virtualMachines, virtualMachineVMImages } = compute;
const CENTOS = '5112500ae3b842c8b9c604889f8753c3__OpenLogic-CentOS-71-20150410';
const WINDOWS = 'a699494373c04fc0bc8f2bb1389d6106__Win2K8R2SP1-Datacenter-201505.01-en.us-127GB.vhd';
const PEM = fs.readFileSync(process.env.ASM_PEM, 'utf8');
const CERTIFICATE = Buffer.from(PEM.match(/-----BEGIN CERT[^-]+-----([^-]+)-----END CERT/)[1], 'base64');
const blob = (name) => `https://mystorageaccount.blob.core.windows.net/vhds/${name}.vhd`;

const CONFIGURATION = `<NetworkConfiguration xmlns="http://schemas.microsoft.com/ServiceHosting/2011/07/NetworkConfiguration">
  <VirtualNetworkConfiguration>
    <VirtualNetworkSites>
      <VirtualNetworkSite name="net" Location="West US">
        <AddressSpace><AddressPrefix>10.0.0.0/16</AddressPrefix></AddressSpace>
        <Subnets>
          <Subnet name="Front"><AddressPrefix>10.0.0.0/24</AddressPrefix></Subnet>
          <Subnet name="Back"><AddressPrefix>10.0.1.0/24</AddressPrefix></Subnet>
        </Subnets>
      </VirtualNetworkSite>
    </VirtualNetworkSites>
  </VirtualNetworkConfiguration>
</NetworkConfiguration>`;

async function succeeds(promise) {
  const { status, httpStatusCode } = await promise;
  assert.deepEqual([status, String(httpStatusCode)], ['Succeeded', '200']);
}

const windows = (name, thumbprint) => ({
  configurationSetType: 'WindowsProvisioningConfiguration',
  computerName: name,
  adminUserName: 'me',
  adminPassword: 'Passw0rd!',
  resetPasswordOnFirstLogon: false,
  enableAutomaticUpdates: true,
  timeZone: 'Pacific Standard Time',
  domainJoin: {
    credentials: { domain: 'corp', userName: 'joiner', password: 'Passw0rd!' },
    domainToJoin: 'corp.example',
    ldapMachineObjectOU: 'OU=machines',
    provisioning: { accountData: 'data' },
  },
  storedCertificateSettings: [{ storeLocation: 'LocalMachine', storeName: 'My', thumbprint }],
  windowsRemoteManagement: {
    listeners: [{ listenerType: 'Http' }, { listenerType: 'Https', certificateThumbprint: thumbprint }],
  },
  additionalUnattendContent: {
    unattendPasses: [
      {
        passName: 'oobeSystem',
        unattendComponents: [
          {
            componentName: 'Microsoft-Windows-Shell-Setup',
            unattendComponentSettings: [{ settingName: 'AutoLogon', content: '<AutoLogon/>' }],
          },
        ],
      },
    ],
  },
  customData: Buffer.from('hello').toString('base64'),
});

const linux = (name, fingerprint) => ({
  configurationSetType: 'LinuxProvisioningConfiguration',
  hostName: name,
  userName: 'me',
  userPassword: 'Passw0rd!',
  disableSshPasswordAuthentication: false,
  sshSettings: {
    publicKeys: [{ fingerprint, path: '/home/me/.ssh/authorized_keys' }],
    keyPairs: [{ fingerprint, path: '/home/me/.ssh/id_rsa' }],
  },
  customData: Buffer.from('hello').toString('base64'),
});

const web = (rest = {}) => ({
  name: 'web',
  protocol: 'tcp',
  port: 80,
  localPort: 8080,
  loadBalancedEndpointSetName: 'set',
  loadBalancerProbe: { path: '/health', port: 8080, protocol: 'http', intervalInSeconds: 15, timeoutInSeconds: 31 },
  enableDirectServerReturn: false,
  endpointAcl: { rules: [{ order: 1, action: 'permit', remoteSubnet: '10.0.0.0/8', description: 'us' }] },
  idleTimeoutInMinutes: 10,
  loadBalancerDistribution: 'sourceIP',
  ...rest,
});

const networking = (address, rest = {}) => ({
  configurationSetType: 'NetworkConfiguration',
  inputEndpoints: [web()],
  subnetNames: ['Front'],
  staticVirtualNetworkIPAddress: `10.0.0.${address}`,
  publicIPs: [{ name: 'direct', idleTimeoutInMinutes: 5, domainNameLabel: `label${address}` }],
  networkInterfaces: [
    {
      name: 'nic',
      iPConfigurations: [{ subnetName: 'Back', staticVirtualNetworkIPAddress: `10.0.1.${address}` }],
      networkSecurityGroup: 'group',
      iPForwarding: 'Enabled',
    },
  ],
  networkSecurityGroup: 'group',
  iPForwarding: 'Enabled',
  ...rest,
});

const monitoring = {
  referenceName: 'BGInfo',
  publisher: 'Microsoft.Compute',
  name: 'BGInfo',
  version: '1.*',
  state: 'enable',
  forceUpdate: false,
  resourceExtensionParameterValues: [{ key: 'settings', value: '{}', type: 'Public' }],
};

const role = (name, image, sets, rest = {}) => ({
  roleName: name,
  roleType: 'PersistentVMRole',
  roleSize: 'ExtraLarge',
  label: 'role label',
  availabilitySetName: 'available',
  provisionGuestAgent: true,
  configurationSets: sets,
  resourceExtensionReferences: [monitoring],
  oSVirtualHardDisk: {
    sourceImageName: image,
    mediaLink: blob(name),
    hostCaching: 'ReadWrite',
    label: 'system',
    name: `${name}os`,
    operatingSystem: image === CENTOS ? 'Linux' : 'Windows',
    resizedSizeInGB: 200,
  },
  dataVirtualHardDisks: [
    {
      hostCaching: 'ReadOnly',
      label: 'data',
      name: `${name}data`,
      logicalUnitNumber: 1,
      logicalDiskSizeInGB: 10,
      mediaLink: blob(`${name}data`),
    },
    { hostCaching: 'None', label: 'copy', logicalUnitNumber: 2, mediaLink: blob(`${name}copy`), sourceMediaLink: blob('source') },
  ],
  debugSettings: {
    bootDiagnosticsEnabled: true,
    consoleScreenshotBlobUri: 'https://mystorageaccount.blob.core.windows.net/screens/one',
    serialOutputBlobUri: 'https://mystorageaccount.blob.core.windows.net/serial/one',
  },
  ...rest,
});

async function service(serviceName) {
  await call(hostedServices, 'create', { serviceName, label: 'l', location: 'West US' });
  const data = { data: CERTIFICATE, certificateFormat: 'cer', password: '' };
  await succeeds(call(serviceCertificates, 'create', serviceName, data));
  return (await call(serviceCertificates, 'list', serviceName)).certificates[0].thumbprint;
}

test.before(async () => {
  await call(network.networks, 'setConfiguration', { configuration: CONFIGURATION });
  await call(network.networkSecurityGroups, 'create', { name: 'group', label: 'l', location: 'West US' });
});

test('machines are all that they were made of, and are changed in all of it', async () => {
  const thumbprint = await service('fields');
  await call(network.reservedIPs, 'create', { name: 'address', label: 'l', location: 'West US' });
  await succeeds(
    call(virtualMachines, 'createDeployment', 'fields', {
      name: 'fields',
      deploymentSlot: 'Production',
      label: 'label',
      virtualNetworkName: 'net',
      reservedIPName: 'address',
      loadBalancers: [
        {
          name: 'inside',
          frontendIPConfiguration: { type: 'Private', subnetName: 'Front', staticVirtualNetworkIPAddress: '10.0.0.100' },
        },
      ],
      roles: [
        role('first', WINDOWS, [windows('first', thumbprint), networking(10)], {
          licenseType: 'Windows_Server',
        }),
      ],
    }),
  );
  await succeeds(posted(network.virtualIPs, 'add', 'fields', 'fields', 'more'));
  const second = role('second', CENTOS, [
    linux('second', thumbprint),
    networking(11, {
      inputEndpoints: [
        web(),
        { name: 'sql', protocol: 'tcp', port: 1433, localPort: 1433, loadBalancedEndpointSetName: 'sql', loadBalancerName: 'inside' },
        { name: 'mail', protocol: 'tcp', port: 25, localPort: 25, virtualIPName: 'more' },
      ],
    }),
  ]);
  await succeeds(call(virtualMachines, 'create', 'fields', 'fields', second));

  const first = await call(virtualMachines, 'get', 'fields', 'fields', 'first');
  const [set] = first.configurationSets;
  const [endpoint] = set.inputEndpoints;
  assert.deepEqual(
    [endpoint.loadBalancedEndpointSetName, endpoint.idleTimeoutInMinutes, endpoint.loadBalancerDistribution],
    ['set', 10, 'sourceIP'],
  );
  assert.deepEqual({ ...endpoint.loadBalancerProbe }, web().loadBalancerProbe);
  assert.deepEqual(endpoint.endpointAcl, web().endpointAcl);
  assert.deepEqual(set.subnetNames, ['Front']);
  assert.deepEqual([set.staticVirtualNetworkIPAddress, set.networkSecurityGroup], ['10.0.0.10', 'group']);
  assert.deepEqual(set.publicIPs.map((one) => [one.name, one.idleTimeoutInMinutes, one.domainNameLabel]), [['direct', 5, 'label10']]);
  const [nic] = set.networkInterfaces;
  assert.deepEqual([nic.name, nic.networkSecurityGroup], ['nic', 'group']);
  assert.deepEqual(nic.iPConfigurations, [{ subnetName: 'Back', staticVirtualNetworkIPAddress: '10.0.1.10' }]);
  assert.deepEqual([first.availabilitySetName, first.roleSize], ['available', 'ExtraLarge']);
  const { oSVirtualHardDisk: system, dataVirtualHardDisks: data } = first;
  assert.deepEqual([system.label, system.name, system.operatingSystem], ['system', 'firstos', 'Windows']);
  assert.deepEqual(data.map((one) => [one.label, one.logicalUnitNumber, one.hostCaching]), [['data', 1, 'ReadOnly'], ['copy', 2, 'None']]);
  // The package decodes them of a deployment alone.
  const { roles } = await call(deployments, 'getByName', 'fields', 'fields');
  const [{ referenceName, publisher, version, state }] = roles.find((one) => one.roleName === 'first').resourceExtensionReferences;
  assert.deepEqual([referenceName, publisher, version, state], ['BGInfo', 'Microsoft.Compute', '1.*', 'enable']);

  const changed = role('second', CENTOS, [networking(12, { inputEndpoints: [web(), ...second.configurationSets[1].inputEndpoints.slice(1)] })], {
    roleSize: 'Large',
  });
  const { oSVirtualHardDisk } = await call(virtualMachines, 'get', 'fields', 'fields', 'second');
  changed.oSVirtualHardDisk = oSVirtualHardDisk;
  await succeeds(call(virtualMachines, 'update', 'fields', 'fields', 'second', changed));
  const after = await call(virtualMachines, 'get', 'fields', 'fields', 'second');
  assert.deepEqual([after.roleSize, after.oSVirtualHardDisk.name], ['Large', 'secondos']);
  assert.equal(after.configurationSets[0].staticVirtualNetworkIPAddress, '10.0.0.12');

  const { loadBalancers, virtualIPAddresses, reservedIPName } = await call(deployments, 'getByName', 'fields', 'fields');
  assert.equal(loadBalancers[0].frontendIPConfiguration.staticVirtualNetworkIPAddress, '10.0.0.100');
  assert.deepEqual(virtualIPAddresses.map((one) => one.name).slice(1), ['more', 'inside']);
  assert.equal(reservedIPName, 'address');
  await succeeds(call(deployments, 'deleteByName', 'fields', 'fields', true));
});

test('a captured image is provisioned again with all that may be said', async () => {
  const thumbprint = await service('again');
  await succeeds(
    call(virtualMachines, 'createDeployment', 'again', {
      name: 'again',
      deploymentSlot: 'Production',
      label: 'l',
      virtualNetworkName: 'net',
      roles: [role('again', CENTOS, [linux('again', thumbprint), networking(20)])],
    }),
  );
  await call(virtualMachines, 'shutdown', 'again', 'again', 'again', { postShutdownAction: 'Stopped' });

  const provisioningConfiguration = linux('again', thumbprint);
  const wanted = { postCaptureAction: 'Reprovision', targetImageName: 'captured', targetImageLabel: 'l', provisioningConfiguration };
  await succeeds(call(virtualMachines, 'captureOSImage', 'again', 'again', 'again', wanted));
  const image = await call(compute.virtualMachineOSImages, 'get', 'captured');
  assert.deepEqual([image.category, image.operatingSystemType], ['User', 'Linux']);
  await succeeds(call(deployments, 'deleteByName', 'again', 'again', true));
});

test('a machine is made of an image of machines', async () => {
  const disks = {
    oSDiskConfiguration: { hostCaching: 'ReadWrite', oSState: 'Generalized', os: 'Linux', mediaLink: blob('imageos') },
    dataDiskConfigurations: [{ hostCaching: 'ReadOnly', logicalUnitNumber: 1, mediaLink: blob('imagedata') }],
  };
  await succeeds(call(virtualMachineVMImages, 'create', { name: 'whole', label: 'l', ...disks }));
  await service('ofimage');
  const ofImage = (name) => ({
    roleName: name,
    roleType: 'PersistentVMRole',
    vMImageName: 'whole',
    mediaLocation: 'https://mystorageaccount.blob.core.windows.net/made',
    configurationSets: [linux(name)].map(({ sshSettings, ...rest }) => rest),
    vMImageInput: {
      oSDiskConfiguration: { resizedSizeInGB: 100 },
      dataDiskConfigurations: [{ diskName: 'none', resizedSizeInGB: 50 }],
    },
  });
  const deployment = { name: 'ofimage', deploymentSlot: 'Production', label: 'l', roles: [ofImage('one')] };
  await succeeds(call(virtualMachines, 'createDeployment', 'ofimage', deployment));
  await succeeds(call(virtualMachines, 'create', 'ofimage', 'ofimage', ofImage('two')));

  const made = await call(virtualMachines, 'get', 'ofimage', 'ofimage', 'two');
  assert.ok(made.oSVirtualHardDisk.mediaLink.startsWith('https://mystorageaccount.blob.core.windows.net/made/'));
  assert.deepEqual(made.dataVirtualHardDisks.map((one) => one.logicalUnitNumber), [1]);
});
