'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, compute, refused } = require('./clients');
const { blob, CENTOS, linux } = require('./given');

const { deployments, hostedServices, virtualMachineDisks, virtualMachineOSImages, virtualMachines } = compute;

const machine = (name, ports = [22]) => ({
  name,
  deploymentSlot: 'Production',
  label: 'vm label',
  roles: [
    {
      roleName: name,
      roleType: 'PersistentVMRole',
      roleSize: 'Small',
      oSVirtualHardDisk: { sourceImageName: CENTOS, mediaLink: blob(name), hostCaching: 'ReadWrite' },
      configurationSets: [
        linux(name),
        {
          configurationSetType: 'NetworkConfiguration',
          inputEndpoints: ports.map((port, number) => ({
            name: `ssh${number}`,
            protocol: 'tcp',
            port,
            localPort: 22 + number,
          })),
        },
      ],
    },
  ],
});

test('an image is created, read, updated, listed and deleted', async () => {
  const created = await call(virtualMachineOSImages, 'create', {
    name: 'myimage',
    label: 'my label',
    operatingSystemType: 'Linux',
    mediaLinkUri: blob('myimage'),
    isPremium: false,
    showInGui: true,
    publishedDate: new Date('2015-06-01T00:00:00Z'),
  });
  assert.equal(created.statusCode, 200);
  assert.deepEqual([created.name, created.label, created.category], ['myimage', 'my label', 'User']);

  const found = await call(virtualMachineOSImages, 'get', 'myimage');
  assert.deepEqual([found.operatingSystemType, found.location], ['Linux', 'West US']);
  assert.equal(found.mediaLinkUri, blob('myimage'));

  await call(virtualMachineOSImages, 'update', 'myimage', {
    label: 'new label',
    description: 'mine',
    isPremium: false,
    showInGui: true,
  });
  const { images } = await call(virtualMachineOSImages, 'list');
  const listed = images.find((one) => one.name === 'myimage');
  assert.deepEqual([listed.label, listed.description], ['new label', 'mine']);
  assert.equal(images.find((one) => one.name === CENTOS).category, 'Public');

  assert.equal((await call(virtualMachineOSImages, 'deleteMethod', 'myimage', false)).statusCode, 200);
  await refused(
    call(virtualMachineOSImages, 'get', 'myimage'),
    404,
    'ResourceNotFound',
    'The image with the specified name does not exist.',
  );
});

test('a machine is deployed, runs, and is deleted', async () => {
  await call(hostedServices, 'create', { serviceName: 'myvm', label: 'label', location: 'West US' });

  const operation = await call(virtualMachines, 'createDeployment', 'myvm', machine('myvm'));

  assert.deepEqual([operation.status, operation.httpStatusCode], ['Succeeded', '200']);
  const deployment = await call(deployments, 'getByName', 'myvm', 'myvm');
  assert.deepEqual([deployment.status, deployment.label], ['Running', 'vm label']);
  const [instance] = deployment.roleInstances;
  assert.deepEqual([instance.instanceStatus, instance.powerState], ['ReadyRole', 'Started']);
  assert.deepEqual([instance.hostName, instance.instanceSize], ['myvm', 'Small']);
  const [endpoint] = instance.instanceEndpoints;
  assert.deepEqual([endpoint.name, endpoint.port, endpoint.localPort, endpoint.protocol], ['ssh0', 22, 22, 'tcp']);
  const [role] = deployment.roles;
  assert.deepEqual([role.roleType, role.oSVirtualHardDisk.mediaLink], ['PersistentVMRole', blob('myvm')]);

  const { disks } = await call(virtualMachineDisks, 'listDisks');
  assert.deepEqual(
    disks.map((one) => [one.mediaLinkUri, one.usageDetails.roleName]),
    [[blob('myvm'), 'myvm']],
  );
  await refused(
    call(virtualMachineDisks, 'deleteDisk', disks[0].name, false),
    400,
    'BadRequest',
    `A disk with name ${disks[0].name} is currently in use by virtual machine myvm`,
  );

  assert.equal((await call(deployments, 'deleteByName', 'myvm', 'myvm', true)).status, 'Succeeded');
  assert.deepEqual((await call(virtualMachineDisks, 'listDisks')).disks, []);
  assert.equal((await call(hostedServices, 'deleteMethod', 'myvm')).statusCode, 200);
});

test('what only the back end finds out fails the operation', async () => {
  await call(hostedServices, 'create', { serviceName: 'clash', label: 'label', location: 'West US' });

  await assert.rejects(call(virtualMachines, 'createDeployment', 'clash', machine('clash', [22, 22])), {
    message:
      'BadRequest : Port 22 is already in use by one of the endpoints in this deployment. ' +
      'Ensure that the port numbers are unique across endpoints within a deployment.',
  });
});
