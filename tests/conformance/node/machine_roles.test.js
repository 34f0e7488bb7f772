'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, compute, network, posted, refused, succeeds } = require('./clients');
const { blob, CENTOS, linux, networkConfiguration } = require('./given');

const { deployments, hostedServices, virtualMachines, virtualMachineDisks, virtualMachineExtensions } = compute;
const { virtualMachineOSImages, virtualMachineVMImages, dnsServer, loadBalancers } = compute;

const endpoint = (name, port, rest = {}) => ({ name, protocol: 'tcp', port, localPort: port, ...rest });

const role = (name, rest = {}) => ({
  roleName: name,
  roleType: 'PersistentVMRole',
  roleSize: 'Small',
  oSVirtualHardDisk: { sourceImageName: CENTOS, mediaLink: blob(name), hostCaching: 'ReadWrite' },
  configurationSets: [
    linux(name),
    { configurationSetType: 'NetworkConfiguration', inputEndpoints: [endpoint('rdp', 3389)], subnetNames: [] },
  ],
  ...rest,
});

async function deployed(name, rest = {}, deployment = {}) {
  await call(hostedServices, 'create', { serviceName: name, label: 'label', location: 'West US' });
  const parameters = { name, deploymentSlot: 'Production', label: 'label', roles: [role(name, rest)], ...deployment };
  await succeeds(call(virtualMachines, 'createDeployment', name, parameters));
}

const read = (name, machine = name) => call(virtualMachines, 'get', name, name, machine);
const power = async (name) =>
  (await call(deployments, 'getByName', name, name)).roleInstances.map((one) => one.powerState);

test('a machine is restarted, redeployed, shut down and started, alone and with others', async () => {
  await deployed('powered');
  const who = ['powered', 'powered', 'powered'];
  await succeeds(call(virtualMachines, 'restart', ...who));
  await succeeds(call(virtualMachines, 'redeploy', ...who));
  await succeeds(call(virtualMachines, 'shutdown', ...who, { postShutdownAction: 'StoppedDeallocated' }));
  assert.deepEqual(await power('powered'), ['Stopped']);
  await succeeds(call(virtualMachines, 'start', ...who));
  assert.deepEqual(await power('powered'), ['Started']);

  await succeeds(
    call(virtualMachines, 'create', 'powered', 'powered', role('second', { configurationSets: [linux('second')] })),
  );
  assert.equal((await read('powered', 'second')).roleName, 'second');
  const both = { roles: ['powered', 'second'] };
  await succeeds(
    call(virtualMachines, 'shutdownRoles', 'powered', 'powered', { ...both, postShutdownAction: 'Stopped' }),
  );
  assert.deepEqual(await power('powered'), ['Stopped', 'Stopped']);
  await succeeds(call(virtualMachines, 'startRoles', 'powered', 'powered', both));
  assert.deepEqual(await power('powered'), ['Started', 'Started']);

  const { remoteDesktopFile } = await call(virtualMachines, 'getRemoteDesktopFile', ...who);
  assert.match(remoteDesktopFile.toString(), /full address:s:/);
  await refused(call(virtualMachines, 'initiateMaintenance', ...who), 400, 'BadRequest', 'User initiated maintenance');
  await succeeds(call(virtualMachines, 'deleteMethod', 'powered', 'powered', 'second', true));
  await refused(read('powered', 'second'), 404, 'ResourceNotFound', '');
  await refused(call(virtualMachines, 'restart', 'powered', 'powered', 'second'), 404, 'ResourceNotFound', '');
});

test('dns servers of a deployment are added, changed and deleted', async () => {
  await deployed('named', {}, { dnsSettings: { dnsServers: [{ name: 'first', address: '10.0.0.4' }] } });
  const shown = async () =>
    (await call(deployments, 'getByName', 'named', 'named')).dnsSettings?.dnsServers.map((one) => [
      one.name,
      one.address,
    ]);
  assert.deepEqual(await shown(), [['first', '10.0.0.4']]);

  await succeeds(call(dnsServer, 'addDNSServer', 'named', 'named', { name: 'second', address: '10.0.0.5' }));
  await succeeds(call(dnsServer, 'updateDNSServer', 'named', 'named', 'first', { name: 'first', address: '10.0.0.6' }));
  assert.deepEqual(await shown(), [
    ['first', '10.0.0.6'],
    ['second', '10.0.0.5'],
  ]);
  await succeeds(call(dnsServer, 'deleteDNSServer', 'named', 'named', 'second'));
  assert.deepEqual(await shown(), [['first', '10.0.0.6']]);
  await refused(
    call(dnsServer, 'deleteDNSServer', 'named', 'named', 'second'),
    404,
    'ResourceNotFound',
    'The DNS server second does not exist',
  );
});

test('internal load balancers are created, changed and deleted, and endpoints use them', async () => {
  await call(network.networks, 'setConfiguration', { configuration: networkConfiguration('vmnet') });
  await deployed('balanced', {}, { virtualNetworkName: 'vmnet' });
  const frontend = { type: 'Private', subnetName: 'Front', staticVirtualNetworkIPAddress: '10.0.0.10' };
  const balancer = { name: 'inside', frontendIPConfiguration: frontend };
  const shown = async () => (await call(deployments, 'getByName', 'balanced', 'balanced')).loadBalancers;

  await succeeds(call(loadBalancers, 'create', 'balanced', 'balanced', balancer));
  assert.deepEqual(await shown(), [balancer]);
  const moved = { ...frontend, staticVirtualNetworkIPAddress: '10.0.0.11' };
  await succeeds(
    call(loadBalancers, 'update', 'balanced', 'balanced', 'inside', { ...balancer, frontendIPConfiguration: moved }),
  );
  assert.equal((await shown())[0].frontendIPConfiguration.staticVirtualNetworkIPAddress, '10.0.0.11');
  await succeeds(call(loadBalancers, 'deleteMethod', 'balanced', 'balanced', 'inside'));
  assert.deepEqual(await shown(), []);
});

test('a load-balanced set is changed as a whole', async () => {
  const probe = { path: '/health', port: 80, protocol: 'http', intervalInSeconds: 15, timeoutInSeconds: 31 };
  const web = endpoint('web', 80, { loadBalancedEndpointSetName: 'set', loadBalancerProbe: probe });
  await deployed('set', {
    configurationSets: [linux('set'), { configurationSetType: 'NetworkConfiguration', inputEndpoints: [web] }],
  });

  const rules = [{ order: 1, action: 'permit', remoteSubnet: '10.0.0.0/8', description: 'us' }];
  const changed = {
    ...web,
    localPort: 8080,
    enableDirectServerReturn: false,
    rules, // the package writes EndpointAcl of these
    idleTimeoutInMinutes: 10,
    loadBalancerDistribution: 'sourceIP',
    loadBalancerProbe: { ...probe, path: '/other' },
  };
  await succeeds(
    call(virtualMachines, 'updateLoadBalancedEndpointSet', 'set', 'set', { loadBalancedEndpoints: [changed] }),
  );

  const set = (await read('set')).configurationSets.find((one) => one.configurationSetType === 'NetworkConfiguration');
  const [found] = set.inputEndpoints;
  assert.deepEqual(
    [found.localPort, found.idleTimeoutInMinutes, found.loadBalancerDistribution],
    [8080, 10, 'sourceIP'],
  );
  assert.deepEqual([found.loadBalancerProbe.path, found.loadBalancerProbe.timeoutInSeconds], ['/other', 31]);
  assert.deepEqual(found.endpointAcl.rules, rules);
});

test('disks are created, read, changed and deleted, and attached as data disks', async () => {
  const made = await call(virtualMachineDisks, 'createDisk', {
    name: 'mydisk',
    label: 'my label',
    mediaLinkUri: blob('mydisk'),
    operatingSystemType: 'Linux',
  });
  assert.deepEqual([made.name, made.label, made.operatingSystem], ['mydisk', 'my label', 'Linux']);
  const found = await call(virtualMachineDisks, 'getDisk', 'mydisk');
  assert.deepEqual([found.mediaLinkUri, found.label, found.isCorrupted], [blob('mydisk'), 'my label', undefined]);
  const changes = { name: 'mydisk', label: 'new label', hasOperatingSystem: true, mediaLinkUri: blob('mydisk') };
  const changed = await call(virtualMachineDisks, 'updateDisk', 'mydisk', { ...changes, operatingSystemType: 'Linux' });
  assert.deepEqual([changed.statusCode, changed.name, changed.label], [200, 'mydisk', 'new label']);
  assert.equal((await call(virtualMachineDisks, 'getDisk', 'mydisk')).label, 'new label');
  const larger = { ...changes, operatingSystemType: 'Linux', resizedSizeInGB: 64 };
  await succeeds(call(virtualMachineDisks, 'updateDiskSize', 'mydisk', larger));
  assert.equal((await call(virtualMachineDisks, 'getDisk', 'mydisk')).logicalSizeInGB, 64);

  await deployed('attached');
  const who = ['attached', 'attached', 'attached'];
  const data = {
    hostCaching: 'ReadOnly',
    label: 'data',
    logicalUnitNumber: 1,
    logicalDiskSizeInGB: 10,
    mediaLinkUri: blob('data'),
  };
  await succeeds(call(virtualMachineDisks, 'createDataDisk', ...who, data));
  const attached = await call(virtualMachineDisks, 'getDataDisk', ...who, 1);
  assert.deepEqual(
    [
      attached.hostCaching,
      attached.label,
      attached.logicalUnitNumber,
      attached.logicalDiskSizeInGB,
      attached.mediaLinkUri,
    ],
    ['ReadOnly', 'data', 1, 10, blob('data')],
  );
  const updated = {
    hostCaching: 'None',
    label: 'new',
    name: attached.name,
    logicalUnitNumber: 2,
    logicalDiskSizeInGB: 10,
    mediaLinkUri: blob('data'),
  };
  assert.equal((await call(virtualMachineDisks, 'updateDataDisk', ...who, 1, updated)).statusCode, 200);
  assert.equal((await call(virtualMachineDisks, 'getDataDisk', ...who, 2)).hostCaching, 'None');
  await succeeds(call(virtualMachineDisks, 'deleteDataDisk', ...who, 2, true));
  await refused(call(virtualMachineDisks, 'getDataDisk', ...who, 2), 404, 'ResourceNotFound', '');

  await call(virtualMachineDisks, 'createDisk', { name: 'loose', label: 'l', mediaLinkUri: blob('loose') });
  await succeeds(
    call(virtualMachineDisks, 'createDataDisk', ...who, { hostCaching: 'None', name: 'loose', mediaLinkUri: '' }),
  );
  assert.equal((await call(virtualMachineDisks, 'getDisk', 'loose')).usageDetails.roleName, 'attached');
  const copied = {
    hostCaching: 'None',
    logicalUnitNumber: 5,
    mediaLinkUri: blob('copied'),
    sourceMediaLinkUri: blob('source'),
  };
  await succeeds(call(virtualMachineDisks, 'createDataDisk', ...who, copied));
  await refused(call(virtualMachineDisks, 'getDisk', 'nothing'), 404, 'ResourceNotFound', '');
});

test('images are replicated, shared and taken back', async () => {
  const text = {
    label: 'l',
    eula: 'eula',
    description: 'd',
    imageFamily: 'family',
    language: 'en',
    recommendedVMSize: 'Small',
  };
  const uris = { iconUri: 'icon', smallIconUri: 'small', privacyUri: 'http://privacy/' };
  const publishedDate = new Date('2015-06-01T00:00:00Z');
  const told = { ...text, ...uris, publishedDate, isPremium: false, showInGui: true };
  await call(virtualMachineOSImages, 'create', {
    name: 'shared',
    operatingSystemType: 'Linux',
    mediaLinkUri: blob('shared'),
    ...told,
  });
  await call(virtualMachineOSImages, 'update', 'shared', told);
  const found = await call(virtualMachineOSImages, 'get', 'shared');
  assert.deepEqual(
    [found.eula, found.description, found.imageFamily, found.language, found.recommendedVMSize, found.privacyUri],
    ['eula', 'd', 'family', 'en', 'Small', 'http://privacy/'],
  );
  assert.deepEqual(found.publishedDate, publishedDate);

  const attributes = {
    targetLocations: ['West US', 'East US'],
    computeImageAttributes: { offer: 'offer', sku: 'sku', version: '1.0.0' },
    marketplaceImageAttributes: { publisherId: 'me', plan: { name: 'plan', publisher: 'me', product: 'product' } },
  };
  await call(virtualMachineOSImages, 'replicate', 'shared', attributes);
  const details = await call(virtualMachineOSImages, 'getDetails', 'shared');
  assert.deepEqual(
    details.replicationProgress.map((one) => [one.location, one.progress]),
    [
      ['West US', '100'],
      ['East US', '100'],
    ],
  );
  assert.deepEqual(details.computeImageAttributes, attributes.computeImageAttributes);
  await succeeds(posted(virtualMachineOSImages, 'share', 'shared', 'msdn'));
  await succeeds(posted(virtualMachineOSImages, 'unreplicate', 'shared'));
});

test('machine images are captured, created, listed, changed and deleted', async () => {
  const who = ['captured', 'captured', 'captured'];
  await deployed('captured');
  await call(virtualMachines, 'shutdown', ...who, { postShutdownAction: 'Stopped' });
  const wanted = {
    operationType: 'CaptureRoleAsVMImageOperation',
    oSState: 'Specialized',
    vMImageName: 'taken',
    vMImageLabel: 'taken label',
  };
  await succeeds(call(virtualMachines, 'captureVMImage', ...who, wanted));
  const listed = async () =>
    (await call(virtualMachineVMImages, 'list')).vMImages.filter((one) => one.category === 'User');
  const [taken] = await listed();
  assert.deepEqual(
    [taken.name, taken.label, taken.oSDiskConfiguration.oSState],
    ['taken', 'taken label', 'Specialized'],
  );

  const text = {
    label: 'made label',
    description: 'd',
    language: 'en',
    imageFamily: 'f',
    recommendedVMSize: 'Small',
    eula: 'e',
  };
  const uris = { iconUri: 'i', smallIconUri: 's', privacyUri: 'http://p/' };
  const about = { ...text, ...uris, showInGui: true, publishedDate: new Date('2015-06-01T00:00:00Z') };
  await succeeds(
    call(virtualMachineVMImages, 'create', {
      name: 'made',
      ...about,
      oSDiskConfiguration: { hostCaching: 'ReadWrite', oSState: 'Generalized', os: 'Linux', mediaLink: blob('madeos') },
      dataDiskConfigurations: [{ hostCaching: 'ReadOnly', logicalUnitNumber: 1, mediaLink: blob('madedata') }],
    }),
  );
  const made = (await listed()).find((one) => one.name === 'made');
  assert.deepEqual([made.description, made.language, made.imageFamily], ['d', 'en', 'f']);
  assert.equal(made.dataDiskConfigurations[0].mediaLink, blob('madedata'));
  await call(virtualMachineVMImages, 'update', 'made', {
    ...about,
    label: 'again',
    oSDiskConfiguration: { hostCaching: 'None' },
    dataDiskConfigurations: [{ name: made.dataDiskConfigurations[0].name, hostCaching: 'None', logicalUnitNumber: 1 }],
  });
  assert.equal((await listed()).find((one) => one.name === 'made').label, 'again');

  const attributes = {
    targetLocations: ['West US'],
    computeImageAttributes: { offer: 'o', sku: 's', version: '1.0.0' },
  };
  const marketplaceImageAttributes = { publisherId: 'me', plan: { name: 'plan', publisher: 'me', product: 'product' } };
  await call(virtualMachineVMImages, 'replicate', 'made', { ...attributes, marketplaceImageAttributes });
  const details = await call(virtualMachineVMImages, 'getDetails', 'made');
  assert.deepEqual(
    details.replicationProgress.map((one) => [one.location, one.progress]),
    [['West US', '100']],
  );
  await succeeds(posted(virtualMachineVMImages, 'share', 'made', 'private'));
  await succeeds(posted(virtualMachineVMImages, 'unreplicate', 'made'));
  await succeeds(call(virtualMachineVMImages, 'deleteMethod', 'made', true));
  assert.deepEqual(
    (await listed()).map((one) => one.name),
    ['taken'],
  );

  await succeeds(
    call(virtualMachines, 'captureOSImage', ...who, {
      postCaptureAction: 'Reprovision',
      targetImageName: 'os',
      targetImageLabel: 'os label',
      provisioningConfiguration: linux('again'),
    }),
  );
  assert.equal((await call(virtualMachineOSImages, 'get', 'os')).label, 'os label');
});

test('extensions of machines are listed with their versions', async () => {
  const { resourceExtensions } = await call(virtualMachineExtensions, 'list');
  const docker = resourceExtensions.find(
    (one) => one.name === 'DockerExtension' && one.publisher === 'MSOpenTech.Extensions',
  );
  assert.ok(docker.label && docker.isJsonExtension);
  const versions = await call(virtualMachineExtensions, 'listVersions', docker.publisher, docker.name);
  assert.ok(versions.resourceExtensions.some((one) => one.version === docker.version));
});
