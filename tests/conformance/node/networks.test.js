'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, compute, network, refused, succeeds } = require('./clients');
const { blob, CENTOS, linux, networkConfiguration } = require('./given');

const groups = network.networkSecurityGroups;
const routes = network.routes;

const RULE = {
  type: 'Inbound',
  priority: 100,
  action: 'Deny',
  sourceAddressPrefix: 'INTERNET',
  sourcePortRange: '*',
  destinationAddressPrefix: '10.0.0.0/24',
  destinationPortRange: '80-81',
  protocol: 'TCP',
};

test('a network security group is created, read, listed and deleted', async () => {
  await succeeds(call(groups, 'create', { name: 'myGroup', label: 'my label', location: 'West US' }));

  const bare = await call(groups, 'get', 'MYGROUP', null);
  assert.deepEqual([bare.name, bare.label, bare.location], ['myGroup', 'my label', 'West US']);
  assert.deepEqual(bare.rules, []);
  const full = await call(groups, 'get', 'myGroup', 'Full');
  assert.deepEqual(
    full.rules.map((rule) => [rule.priority, rule.action, rule.isDefault]),
    [
      [65000, 'Allow', true],
      [65000, 'Allow', true],
      [65001, 'Allow', true],
      [65001, 'Allow', true],
      [65500, 'Deny', true],
      [65500, 'Deny', true],
    ],
  );
  const { networkSecurityGroups } = await call(groups, 'list');
  assert.deepEqual(
    networkSecurityGroups.map((group) => [group.name, group.location]),
    [['myGroup', 'West US']],
  );

  await succeeds(call(groups, 'deleteMethod', 'myGroup'));
  await refused(
    call(groups, 'get', 'myGroup', null),
    404,
    'ResourceNotFound',
    'The Network Security Group myGroup does not exist.',
  );
  await assert.rejects(call(groups, 'deleteMethod', 'myGroup'), /The Network Security Group myGroup does not exist\./);
});

test('a rule is set, read and deleted', async () => {
  await call(groups, 'create', { name: 'rules', location: 'West US' });

  await succeeds(call(groups, 'setRule', 'rules', 'web', RULE));

  const [rule] = (await call(groups, 'get', 'rules', 'Full')).rules;
  const { name, state, isDefault, ...rest } = rule;
  assert.deepEqual([name, state, Boolean(isDefault)], ['web', 'Active', false]);
  assert.deepEqual(rest, RULE);
  await refused(
    call(groups, 'setRule', 'rules', 'web', { ...RULE, sourceAddressPrefix: 'INVALID' }),
    400,
    'BadRequest',
    "The Source Address Prefix provided 'INVALID' is invalid.",
  );

  await succeeds(call(groups, 'deleteRule', 'rules', 'web'));
  assert.equal((await call(groups, 'get', 'rules', 'Full')).rules.length, 6);
});

test('a subnet gets a network security group and a route table, and gives them back', async () => {
  await call(network.networks, 'setConfiguration', { configuration: networkConfiguration('net') });
  await call(groups, 'create', { name: 'forSubnet', location: 'West US' });
  await call(routes, 'createRouteTable', { name: 'forSubnet', label: 'label', location: 'West US' });
  await refused(
    call(groups, 'getForSubnet', 'net', 'Front'),
    404,
    'ResourceNotFound',
    'The virtual network name net and subnet Front does not have any network security group assigned.',
  );

  await succeeds(call(groups, 'addToSubnet', 'net', 'Front', { name: 'forSubnet' }));
  await succeeds(call(routes, 'addRouteTableToSubnet', 'net', 'Front', { routeTableName: 'forSubnet' }));

  const assigned = await call(groups, 'getForSubnet', 'net', 'Front');
  assert.deepEqual([assigned.name, assigned.state], ['forSubnet', 'Created']);
  assert.equal((await call(routes, 'getRouteTableForSubnet', 'net', 'Front')).routeTableName, 'forSubnet');
  const { virtualNetworkSites } = await call(network.networks, 'list');
  assert.equal(virtualNetworkSites[0].subnets[0].networkSecurityGroup, 'forSubnet');

  await succeeds(call(groups, 'removeFromSubnet', 'net', 'Front', 'forSubnet'));
  await succeeds(call(routes, 'removeRouteTableFromSubnet', 'net', 'Front'));
  await succeeds(call(groups, 'deleteMethod', 'forSubnet'));
  await succeeds(call(routes, 'deleteRouteTable', 'forSubnet'));
});

test('a route table and a route are created, read, listed and deleted', async () => {
  await succeeds(call(routes, 'createRouteTable', { name: 'myTable', label: 'my label', location: 'West US' }));
  const nextHop = { type: 'VirtualAppliance', ipAddress: '10.0.0.4' };
  const route = { name: 'MyRoute', addressPrefix: '0.0.0.0/0', nextHop };
  await succeeds(call(routes, 'setRoute', 'myTable', 'MyRoute', route));

  const { routeTable } = await call(routes, 'getRouteTableWithDetails', 'myTable', 'Full');
  assert.deepEqual([routeTable.name, routeTable.label, routeTable.location], ['myTable', 'my label', 'West US']);
  const [shown] = routeTable.routeList;
  assert.deepEqual([shown.name, shown.addressPrefix], ['myroute', '0.0.0.0/0']);
  assert.deepEqual({ ...shown.nextHop }, nextHop);
  assert.deepEqual((await call(routes, 'getRouteTable', 'myTable')).routeTable.routeList, []);
  const { routeTables } = await call(routes, 'listRouteTables');
  assert.deepEqual(
    routeTables.map((table) => table.name),
    ['myTable'],
  );

  await succeeds(call(routes, 'deleteRoute', 'myTable', 'MyRoute'));
  await succeeds(call(routes, 'deleteRouteTable', 'myTable'));
  await refused(
    call(routes, 'getRouteTable', 'myTable'),
    404,
    'ResourceNotFound',
    'The Route Table myTable does not exist.',
  );
});

test('a role and its network interface get network security groups, and routes hold for them', async () => {
  await call(network.networks, 'setConfiguration', { configuration: networkConfiguration('net') });
  await call(groups, 'create', { name: 'forRole', location: 'West US' });
  await call(groups, 'create', { name: 'forInterface', location: 'West US' });
  await call(compute.hostedServices, 'create', { serviceName: 'grouped', label: 'label', location: 'West US' });
  await call(compute.virtualMachines, 'createDeployment', 'grouped', {
    name: 'grouped',
    deploymentSlot: 'Production',
    label: 'label',
    virtualNetworkName: 'net',
    roles: [
      {
        roleName: 'vm',
        roleType: 'PersistentVMRole',
        oSVirtualHardDisk: { sourceImageName: CENTOS, mediaLink: blob('vm') },
        configurationSets: [
          linux('vm'),
          {
            configurationSetType: 'NetworkConfiguration',
            subnetNames: ['Front'],
            networkSecurityGroup: 'forRole',
            networkInterfaces: [{ name: 'nic', iPConfigurations: [{ subnetName: 'Front' }] }],
          },
        ],
      },
    ],
  });
  const role = ['grouped', 'grouped', 'vm'];
  const nic = [...role, 'nic'];

  await succeeds(call(groups, 'addToNetworkInterface', ...nic, { name: 'forInterface' }));

  assert.equal((await call(groups, 'getForRole', ...role)).name, 'forRole');
  assert.equal((await call(groups, 'getForNetworkInterface', ...nic)).name, 'forInterface');
  const shown = (await call(compute.deployments, 'getByName', 'grouped', 'grouped')).roles[0].configurationSets[0];
  assert.equal(shown.networkSecurityGroup, 'forRole');
  assert.equal(shown.networkInterfaces[0].networkSecurityGroup, 'forInterface');
  for (const [method, where] of [
    ['getEffectiveRouteTableForRoleInstance', role],
    ['getEffectiveRouteTableForNetworkInterface', nic],
  ]) {
    const { effectiveRouteTable } = await call(routes, method, ...where);
    const [route] = effectiveRouteTable.effectiveRoutes;
    assert.deepEqual([route.source, route.status, route.addressPrefixes], ['Default', 'Active', ['10.0.0.0/16']]);
    assert.deepEqual([route.effectiveNextHop.type, route.effectiveNextHop.ipAddresses], ['VNETLocal', []]);
  }

  await succeeds(call(groups, 'removeFromRole', ...role, 'forRole'));
  await succeeds(call(groups, 'removeFromNetworkInterface', ...nic, 'forInterface'));
  await refused(
    call(groups, 'getForRole', ...role),
    404,
    'ResourceNotFound',
    'The role vm does not have any network security group assigned.',
  );
  await call(compute.deployments, 'deleteByName', 'grouped', 'grouped', true);
});
