'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, compute, network, posted, refused, succeeds } = require('./clients');
const { blob, certificate, linux, networkConfiguration } = require('./given');

const {
  deployments,
  hostedServices,
  serviceCertificates,
  virtualMachineDisks,
  virtualMachines,
  virtualMachineVMImages,
} = compute;
const WINDOWS = 'a699494373c04fc0bc8f2bb1389d6106__Win2K8R2SP1-Datacenter-201505.01-en.us-127GB.vhd';

const windows = (name, thumbprint, rest = {}) => ({
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
  ...rest,
});

const keyed = (name, fingerprint) =>
  linux(name, {
    sshSettings: {
      publicKeys: [{ fingerprint, path: '/home/myuser/.ssh/authorized_keys' }],
      keyPairs: [{ fingerprint, path: '/home/myuser/.ssh/id_rsa' }],
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
  roleSize: 'Large',
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
    operatingSystem: image === WINDOWS ? 'Windows' : 'Linux',
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
    {
      hostCaching: 'None',
      label: 'copy',
      logicalUnitNumber: 2,
      mediaLink: blob(`${name}copy`),
      sourceMediaLink: blob('source'),
    },
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
  const data = { data: certificate.raw, certificateFormat: 'cer', password: '' };
  await succeeds(call(serviceCertificates, 'create', serviceName, data));
  return (await call(serviceCertificates, 'list', serviceName)).certificates[0].thumbprint;
}

const frontendIPConfiguration = { type: 'Private', subnetName: 'Front', staticVirtualNetworkIPAddress: '10.0.0.100' };
const balanced = (name, port, rest) => ({
  name,
  protocol: 'tcp',
  port,
  localPort: port,
  loadBalancedEndpointSetName: name,
  ...rest,
});
const sql = balanced('sql', 1433, { loadBalancerName: 'inside' });
const mail = balanced('mail', 25, { virtualIPName: 'more' });
const read = (name) => call(virtualMachines, 'get', 'fields', 'fields', name);

test('machines are made of all that may be said', async () => {
  const configuration = networkConfiguration('net', { Front: '10.0.0.0/24', Back: '10.0.1.0/24' });
  await succeeds(call(network.networks, 'setConfiguration', { configuration }));
  await call(network.networkSecurityGroups, 'create', { name: 'group', label: 'l', location: 'West US' });
  await call(network.reservedIPs, 'create', { name: 'address', label: 'l', location: 'West US' });
  const thumbprint = await service('fields');

  // What is added here to windows() and role() the package writes after what follows it in the contract.
  const late = { provisioning: { accountData: 'data' } };
  const first = windows('first', thumbprint, { customData: Buffer.from('hello').toString('base64') });
  Object.assign(first.domainJoin, late);
  await succeeds(
    call(virtualMachines, 'createDeployment', 'fields', {
      name: 'fields',
      deploymentSlot: 'Production',
      label: 'label',
      virtualNetworkName: 'net',
      reservedIPName: 'address',
      loadBalancers: [{ name: 'inside', frontendIPConfiguration }],
      roles: [
        role('first', WINDOWS, [first, networking(10, { inputEndpoints: [web(), sql] })], {
          licenseType: 'Windows_Server',
        }),
      ],
    }),
  );
  await succeeds(posted(network.virtualIPs, 'add', 'fields', 'fields', 'more'));
  const endpoints = { inputEndpoints: [web(), sql, mail] };
  const second = role('second', null, [keyed('second', thumbprint), networking(11, endpoints)]);
  second.oSVirtualHardDisk.remoteSourceImageLink = blob('elsewhere');
  await succeeds(call(virtualMachines, 'create', 'fields', 'fields', second));
  const joined = windows('third', thumbprint, { domainJoin: late });
  const licensed = { licenseType: 'Windows_Server', debugSettings: null };
  const third = role('third', WINDOWS, [joined, networking(12)], licensed);
  await succeeds(call(virtualMachines, 'create', 'fields', 'fields', third));
});

test('of which kind a disk is follows from where its blob is', async () => {
  const wanted = role('kind', WINDOWS, [windows('kind', await service('kind'))]);
  const { oSVirtualHardDisk, dataVirtualHardDisks } = wanted;
  const kinds = [
    { oSVirtualHardDisk: { ...oSVirtualHardDisk, iOType: 'Standard' } },
    { dataVirtualHardDisks: [{ ...dataVirtualHardDisks[0], iOType: 'Standard' }] },
  ];
  for (const role of kinds.map((kind) => ({ ...wanted, ...kind }))) {
    const machine = { name: 'kind', deploymentSlot: 'Production', label: 'l', roles: [role] };
    const tried = [
      ['createDeployment', 'kind', machine],
      ['create', 'fields', 'fields', role],
    ];
    for (const one of tried) {
      await refused(
        call(virtualMachines, ...one),
        400,
        'BadRequest',
        'IOType is implicitly determined from the MediaLink',
      );
    }
  }
});

test('machines are what they were made of', async () => {
  const first = await read('first');
  const [set] = first.configurationSets;
  const [endpoint] = set.inputEndpoints;
  assert.deepEqual(
    [endpoint.loadBalancedEndpointSetName, endpoint.idleTimeoutInMinutes, endpoint.loadBalancerDistribution],
    ['set', 10, 'sourceIP'],
  );
  assert.deepEqual({ ...endpoint.loadBalancerProbe }, web().loadBalancerProbe);
  assert.deepEqual(endpoint.endpointAcl, web().endpointAcl);
  assert.deepEqual(set.subnetNames, ['Front']);
  assert.deepEqual(
    [set.staticVirtualNetworkIPAddress, set.networkSecurityGroup, set.iPForwarding],
    ['10.0.0.10', 'group', 'Enabled'],
  );
  assert.deepEqual(
    set.publicIPs.map((one) => [one.name, one.idleTimeoutInMinutes, one.domainNameLabel]),
    [['direct', 5, 'label10']],
  );
  const [nic] = set.networkInterfaces;
  assert.deepEqual([nic.name, nic.networkSecurityGroup, nic.iPForwarding], ['nic', 'group', 'Enabled']);
  assert.deepEqual(nic.iPConfigurations, [{ subnetName: 'Back', staticVirtualNetworkIPAddress: '10.0.1.10' }]);
  assert.deepEqual([first.availabilitySetName, first.roleSize, first.licenseType], ['available', 'Large', undefined]);
  const { oSVirtualHardDisk: system, dataVirtualHardDisks: data } = first;
  assert.deepEqual([system.label, system.name, system.operatingSystem], ['system', 'firstos', 'Windows']);
  assert.equal((await call(virtualMachineDisks, 'getDisk', 'firstos')).logicalSizeInGB, 200);
  assert.deepEqual(
    data.map((one) => [one.label, one.logicalUnitNumber, one.hostCaching]),
    [
      ['data', 1, 'ReadOnly'],
      ['copy', 2, 'None'],
    ],
  );

  const second = await read('second');
  assert.equal(second.oSVirtualHardDisk.remoteSourceImageLink, blob('elsewhere'));
  assert.deepEqual(
    second.configurationSets[0].inputEndpoints.map((one) => [one.name, one.loadBalancerName, one.virtualIPName]),
    [
      ['web', undefined, undefined],
      ['sql', 'inside', undefined],
      ['mail', undefined, 'more'],
    ],
  );
  assert.equal((await read('third')).licenseType, 'Windows_Server');
});

test('a deployment is all that its machines were made with', async () => {
  const { loadBalancers, reservedIPName, roles, virtualIPAddresses } = await call(
    deployments,
    'getByName',
    'fields',
    'fields',
  );
  // The package decodes extensions of a deployment's machines alone.
  const [{ referenceName, publisher, version, state }] = roles.find(
    (one) => one.roleName === 'first',
  ).resourceExtensionReferences;
  assert.deepEqual([referenceName, publisher, version, state], ['BGInfo', 'Microsoft.Compute', '1.*', 'enable']);
  assert.equal(loadBalancers[0].frontendIPConfiguration.staticVirtualNetworkIPAddress, '10.0.0.100');
  assert.deepEqual(virtualIPAddresses.map((one) => one.name).slice(1), ['more', 'inside']);
  assert.equal(reservedIPName, 'address');
});

test('machines are changed in all that may be said, and in what was read of them', async () => {
  const { oSVirtualHardDisk } = await read('second');
  const networks = [networking(13, { inputEndpoints: [web(), sql, mail] })];
  const changed = role('second', null, networks, { roleSize: 'ExtraLarge', oSVirtualHardDisk });
  await succeeds(call(virtualMachines, 'update', 'fields', 'fields', 'second', changed));
  const second = await read('second');
  assert.deepEqual([second.roleSize, second.oSVirtualHardDisk.name], ['ExtraLarge', 'secondos']);
  assert.equal(second.configurationSets[0].staticVirtualNetworkIPAddress, '10.0.0.13');

  const third = await read('third');
  await succeeds(call(virtualMachines, 'update', 'fields', 'fields', 'third', third));
  const { statusCode, requestId, ...same } = await read('third');
  assert.deepEqual(same, (({ statusCode, requestId, ...rest }) => rest)(third));

  const loadBalancedEndpoints = [
    { ...sql, localPort: 1434 },
    { ...mail, localPort: 26 },
  ];
  await succeeds(call(virtualMachines, 'updateLoadBalancedEndpointSet', 'fields', 'fields', { loadBalancedEndpoints }));
  const ends = (await read('second')).configurationSets[0].inputEndpoints;
  assert.deepEqual(ends.map((one) => [one.name, one.localPort, one.loadBalancerName, one.virtualIPName]).slice(1), [
    ['sql', 1434, 'inside', undefined],
    ['mail', 26, undefined, 'more'],
  ]);
  await succeeds(call(deployments, 'deleteByName', 'fields', 'fields', true));
});

test('a captured image is provisioned again with all that may be said', async () => {
  const thumbprint = await service('again');
  const again = role('again', null, [keyed('again', thumbprint), networking(20)]);
  again.oSVirtualHardDisk.remoteSourceImageLink = blob('elsewhere');
  await succeeds(
    call(virtualMachines, 'createDeployment', 'again', {
      name: 'again',
      deploymentSlot: 'Production',
      label: 'l',
      virtualNetworkName: 'net',
      roles: [again],
    }),
  );
  await call(virtualMachines, 'shutdown', 'again', 'again', 'again', { postShutdownAction: 'Stopped' });

  const provisioningConfiguration = keyed('again', thumbprint);
  const wanted = {
    postCaptureAction: 'Reprovision',
    targetImageName: 'captured',
    targetImageLabel: 'l',
    provisioningConfiguration,
  };
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
    configurationSets: [linux(name)],
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
  assert.deepEqual(
    made.dataVirtualHardDisks.map((one) => one.logicalUnitNumber),
    [1],
  );
});
