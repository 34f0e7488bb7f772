'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, compute, network, posted, refused, storage } = require('./clients');
const { blob, CENTOS, linux, networkConfiguration } = require('./given');

const { deployments, hostedServices, virtualMachines } = compute;
const { networkSecurityGroups, networks, reservedIPs, routes } = network;
const accounts = storage.storageAccounts;

const WANTED = {
  destinationVirtualNetwork: 'New',
  resourceGroupName: '',
  virtualNetworkName: '',
  subNetName: '',
};

const machine = (name, virtualNetworkName) => ({
  name,
  deploymentSlot: 'Production',
  label: 'label',
  virtualNetworkName,
  roles: [
    {
      roleName: name,
      roleType: 'PersistentVMRole',
      oSVirtualHardDisk: { sourceImageName: CENTOS, mediaLink: blob(name) },
      configurationSets: [linux(name)],
    },
  ],
});

// Each is made, named as its methods name it, and looked for: `shown` is what tells how far it is, if anything does.
const KINDS = {
  deployment: {
    operations: deployments,
    names: ['moving', 'moving'],
    wanted: [WANTED],
    messages: 'validateDeploymentMessages',
    type: 'Deployment',
    missing: ["The deployment name '123' does not exist.", 404, 'ResourceNotFound'],
    make: async () => {
      await call(hostedServices, 'create', { serviceName: 'moving', label: 'label', location: 'West US' });
      await call(virtualMachines, 'createDeployment', 'moving', machine('moving'));
    },
    shown: async () => (await call(deployments, 'getByName', 'moving', 'moving')).roles[0].migrationState,
    gone: () => refused(call(deployments, 'getByName', 'moving', 'moving'), 404, 'ResourceNotFound', 'No deployments'),
    locked: () => call(deployments, 'deleteByName', 'moving', 'moving', true),
  },
  'virtual network': {
    operations: networks,
    names: ['net'],
    wanted: [],
    messages: 'validationMessages',
    type: 'VirtualNetwork',
    missing: ['The virtual network 123 does not exist.', 400, 'BadRequest'],
    make: () => call(networks, 'setConfiguration', { configuration: networkConfiguration('net') }),
    shown: async () => (await call(networks, 'list')).virtualNetworkSites[0].migrationState,
    gone: async () => assert.deepEqual((await call(networks, 'list')).virtualNetworkSites, []),
    locked: () => call(networks, 'setConfiguration', { configuration: networkConfiguration('other') }),
    prepared: '2',
  },
  'storage account': {
    operations: accounts,
    names: ['movingaccount'],
    wanted: [],
    messages: 'validateStorageMessages',
    type: 'Storage',
    missing: ["The storage account '123' was not found.", 404, 'ResourceNotFound'],
    make: () =>
      call(accounts, 'create', { name: 'movingaccount', label: 'l', location: 'West US', accountType: 'Standard_GRS' }),
    shown: async () => (await call(accounts, 'get', 'movingaccount')).storageAccount.migrationState,
    gone: async () => assert.deepEqual((await call(accounts, 'list')).storageAccounts, []),
    locked: () => call(accounts, 'deleteMethod', 'movingaccount'),
  },
  'network security group': {
    operations: networkSecurityGroups,
    names: ['group'],
    wanted: [],
    messages: 'validationMessages',
    type: 'NetworkSecurityGroup',
    missing: ['The Network Security Group 123 does not exist.', 404, 'ResourceNotFound'],
    make: () => call(networkSecurityGroups, 'create', { name: 'group', label: 'l', location: 'West US' }),
    gone: async () => assert.deepEqual((await call(networkSecurityGroups, 'list')).networkSecurityGroups, []),
  },
  'reserved IP': {
    operations: reservedIPs,
    names: ['address'],
    wanted: [],
    messages: 'validationMessages',
    type: 'ReservedIP',
    missing: ['The reserved IP 123 does not exist.', 404, 'ResourceNotFound'],
    make: () => call(reservedIPs, 'create', { name: 'address', label: 'l', location: 'West US' }),
    gone: async () => assert.deepEqual((await call(reservedIPs, 'list')).reservedIPs, []),
    locked: () => call(reservedIPs, 'deleteMethod', 'address'),
  },
  'route table': {
    operations: routes,
    names: ['table'],
    wanted: [],
    messages: 'validationMessages',
    type: 'RouteTable',
    missing: ['The Route Table 123 does not exist.', 404, 'ResourceNotFound'],
    make: () => call(routes, 'createRouteTable', { name: 'table', label: 'l', location: 'West US' }),
    gone: async () => assert.deepEqual((await call(routes, 'listRouteTables')).routeTables, []),
  },
};

for (const [name, kind] of Object.entries(KINDS)) {
  const { operations, names, wanted, messages, gone, locked, shown } = kind;
  const nobody = names.map(() => '123');

  const send = wanted.length ? call : posted;
  const validated = (...who) => send(operations, 'validateMigration', ...who, ...wanted);
  const prepared = (...who) => send(operations, 'prepareMigration', ...who, ...wanted);
  const succeeds = async (operation) => {
    const { status, httpStatusCode } = await operation;
    assert.deepEqual([status, String(httpStatusCode)], ['Succeeded', '200']);
  };

  test(`a ${name} is prepared, aborted, prepared and committed`, async () => {
    await kind.make();

    assert.deepEqual((await validated(...names))[messages], []);
    await succeeds(prepared(...names));
    if (shown) assert.equal(await shown(), kind.prepared || 'Prepared');
    if (locked) await refused(locked(), 400, 'BadRequest', 'is in the process of being migrated and hence cannot be');
    assert.deepEqual((await validated(...names))[messages], []);

    await succeeds(posted(operations, 'abortMigration', ...names));
    if (shown) assert.equal(await shown(), undefined);
    await refused(
      posted(operations, 'commitMigration', ...names),
      400,
      'BadRequest',
      'is in the state None, in which it cannot be committed',
    );

    await succeeds(prepared(...names));
    await succeeds(posted(operations, 'commitMigration', ...names));
    await gone();
  });

  test(`a ${name} that is not there is refused, and told by validation`, async () => {
    const [message, status, code] = kind.missing;
    await refused(prepared(...nobody), status, code, message);
    await refused(posted(operations, 'commitMigration', ...nobody), status, code, message);
    await refused(posted(operations, 'abortMigration', ...nobody), status, code, message);

    const answer = await validated(...nobody);
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(
      answer[messages].map((one) => [one.resourceType, one.resourceName, one.category, one.message]),
      [[kind.type, '123', 'Error', message]],
    );
  });
}

test('a deployment migrates with its virtual network', async () => {
  await call(networks, 'setConfiguration', { configuration: networkConfiguration('both') });
  await call(hostedServices, 'create', { serviceName: 'inside', label: 'label', location: 'West US' });
  await call(virtualMachines, 'createDeployment', 'inside', machine('inside', 'both'));
  await refused(
    call(deployments, 'prepareMigration', 'inside', 'inside', WANTED),
    400,
    'BadRequest',
    'Migration is not allowed for Deployment inside because it is in the Virtual Network both',
  );

  await posted(networks, 'prepareMigration', 'both');
  assert.equal((await call(virtualMachines, 'get', 'inside', 'inside', 'inside')).migrationState, 'Prepared');
  await refused(
    call(virtualMachines, 'shutdown', 'inside', 'inside', 'inside', { postShutdownAction: 'Stopped' }),
    400,
    'BadRequest',
    'Deployment inside in HostedService inside is in the process of being migrated and hence cannot be changed.',
  );

  await posted(networks, 'commitMigration', 'both');
  await refused(call(deployments, 'getBySlot', 'inside', 'Production'), 404, 'ResourceNotFound', 'No deployments were');
});
