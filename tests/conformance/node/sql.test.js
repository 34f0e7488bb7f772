'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, sql } = require('./clients');

const PASSWORD = 'T5ii-B48x';
const BASIC = 'dd6d99bb-f193-4ec1-86f2-43d3bccbc49c';
const GIBIBYTE = 2 ** 30;

const newServer = async () => {
  const parameters = { administratorUserName: 'azuredb', administratorPassword: PASSWORD, location: 'West US' };
  const created = await call(sql.servers, 'create', parameters);
  assert.equal(created.statusCode, 201);
  // The package leaves attributes beside the text of the element.
  return created.serverName._ || created.serverName;
};

// A server's refusal has a number as its code, that of what is on it none.
const refused = async (promise, statusCode, words) => {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (reason) => reason,
  );
  assert.equal(error.statusCode, statusCode);
  assert.ok(`${error.code} ${error.message}`.includes(words), `${error.code} ${error.message}`);
};

const notThere = (promise, name) => refused(promise, 404, `Resource with the name '${name}' does not exist.`);

test('a server is created, listed, given another password and deleted', async () => {
  const name = await newServer();
  assert.match(name, /^[a-z][a-z0-9]{9}$/);

  const { servers } = await call(sql.servers, 'list');
  const found = servers.find((one) => one.name === name);
  assert.deepEqual(
    [found.administratorUserName, found.location, found.state, found.version],
    ['azuredb', 'West US', 'Ready', '2.0'],
  );
  const changed = await call(sql.servers, 'changeAdministratorPassword', name, { newPassword: 'U6jj-C59y' });
  assert.equal(changed.statusCode, 200);

  assert.equal((await call(sql.servers, 'deleteMethod', name)).statusCode, 200);
  await refused(call(sql.servers, 'deleteMethod', name), 404, '40647');
  await refused(call(sql.servers, 'deleteMethod', '!NotValid$'), 400, '40645');
});

test('firewall rules are created, read, listed, updated and deleted', async () => {
  const server = await newServer();
  const rule = { name: 'rule', startIPAddress: '10.0.0.1', endIPAddress: '10.0.0.9' };
  const created = await call(sql.firewallRules, 'create', server, rule);
  assert.equal(created.statusCode, 201);
  assert.equal(created.firewallRule.startIPAddress, '10.0.0.1');

  const updated = { name: 'rule', startIPAddress: '10.0.0.2', endIPAddress: '10.0.0.3' };
  assert.equal((await call(sql.firewallRules, 'update', server, 'rule', updated)).statusCode, 200);
  const { firewallRule } = await call(sql.firewallRules, 'get', server, 'rule');
  assert.deepEqual(
    [firewallRule.name, firewallRule.type, firewallRule.state, firewallRule.endIPAddress],
    ['rule', 'Microsoft.SqlAzure.FirewallRule', 'Normal', '10.0.0.3'],
  );
  const { firewallRules } = await call(sql.firewallRules, 'list', server);
  assert.deepEqual(
    firewallRules.map((one) => one.name),
    ['rule'],
  );

  assert.equal((await call(sql.firewallRules, 'deleteMethod', server, 'rule')).statusCode, 200);
  await notThere(call(sql.firewallRules, 'deleteMethod', server, '!NotValid$'), '!NotValid$');
});

test('databases are created, read, listed, updated and deleted', async () => {
  const server = await newServer();
  const parameters = {
    name: 'mydb',
    edition: 'Business',
    maximumDatabaseSizeInGB: 10,
    collationName: 'Latin1_General_CI_AS',
  };
  const { statusCode, database } = await call(sql.databases, 'create', server, parameters);
  assert.equal(statusCode, 201);
  assert.deepEqual([database.id, database.name, database.edition], [4, 'mydb', 'Business']);
  assert.equal(database.maximumDatabaseSizeInBytes, 10 * GIBIBYTE);

  const updated = { name: 'newname', edition: 'Basic', serviceObjectiveId: BASIC };
  assert.equal((await call(sql.databases, 'update', server, 'mydb', updated)).statusCode, 200);
  const found = (await call(sql.databases, 'get', server, 'newname')).database;
  assert.deepEqual(
    [found.edition, found.maximumDatabaseSizeInGB, found.collationName, found.assignedServiceObjectiveId],
    ['Basic', 2, 'Latin1_General_CI_AS', BASIC],
  );
  const { databases } = await call(sql.databases, 'list', server);
  assert.deepEqual(
    databases.map((one) => one.name),
    ['master', 'newname'],
  );
  const period = { startDate: new Date('2015-01-01'), intervalSizeInMinutes: 5, eventTypes: '' };
  assert.deepEqual((await call(sql.databases, 'getEventLogs', server, 'newname', period)).eventLogs, []);

  const operations = (await call(sql.databaseOperations, 'listByDatabase', server, 'newname')).databaseOperations;
  assert.deepEqual(
    operations.map((one) => [one.name, one.state, one.percentComplete]),
    [
      ['CREATE DATABASE', 'COMPLETED', 100],
      ['ALTER DATABASE', 'COMPLETED', 100],
    ],
  );
  const one = (await call(sql.databaseOperations, 'get', server, operations[0].id)).databaseOperation;
  assert.deepEqual([one.id, one.stateId, one.databaseName], [operations[0].id, 2, 'mydb']);
  assert.equal((await call(sql.databaseOperations, 'listByServer', server)).databaseOperations.length, 2);

  assert.equal((await call(sql.databases, 'deleteMethod', server, 'newname')).statusCode, 200);
  await notThere(call(sql.databases, 'get', server, 'newname'), 'newname');
});

test('quotas and service objectives are listed and read', async () => {
  const server = await newServer();
  const { quotas } = await call(sql.quotas, 'list', server);
  assert.deepEqual(
    quotas.map((one) => [one.name, one.value]),
    [['server_dtu_quota', '2000']],
  );
  assert.equal((await call(sql.quotas, 'get', server, 'server_dtu_quota')).statusCode, 200);

  const { serviceObjectives } = await call(sql.serviceObjectives, 'list', server);
  assert.equal(serviceObjectives.length, 13);
  const { serviceObjective } = await call(sql.serviceObjectives, 'get', server, BASIC);
  assert.deepEqual([serviceObjective.name, serviceObjective.description], ['Basic', 'Basic resource allocation.']);
  assert.equal(serviceObjective.dimensionSettings[0].ordinal, 3);
});

test('databases are restored, recovered and copied', async () => {
  const server = await newServer();
  await call(sql.databases, 'create', server, { name: 'mydb', edition: 'Basic' });

  const recoverable = await call(sql.recoverableDatabases, 'list', server);
  assert.deepEqual(
    recoverable.databases.map((one) => [one.name, one.serverName, one.edition]),
    [['mydb', server, 'Basic']],
  );
  const one = (await call(sql.recoverableDatabases, 'get', server, 'mydb')).database;
  assert.deepEqual(
    [one.name, one.entityId, one.lastAvailableBackupDate instanceof Date],
    ['mydb', recoverable.databases[0].entityId, true],
  );
  const recovery = { sourceDatabaseName: 'mydb', targetDatabaseName: 'recovered' };
  const recovered = await call(sql.recoverDatabaseOperations, 'create', server, recovery);
  assert.equal(recovered.statusCode, 201);

  const restore = { sourceDatabaseName: 'mydb', targetDatabaseName: 'restored' };
  const restored = await call(sql.restoreDatabaseOperations, 'create', server, restore);
  assert.equal(restored.statusCode, 201);

  const copy = { partnerServer: server, partnerDatabase: 'copied', isContinuous: true };
  const copied = await call(sql.databaseCopies, 'create', server, 'mydb', copy);
  assert.deepEqual(
    [copied.databaseCopy.sourceDatabaseName, copied.databaseCopy.replicationStateDescription],
    ['mydb', 'SEEDING'],
  );
  const copies = (await call(sql.databaseCopies, 'list', server, 'copied')).databaseCopies;
  assert.deepEqual(
    copies.map((one) => [one.name, one.replicationStateDescription, one.percentComplete]),
    [[copied.databaseCopy.name, 'CATCH_UP', 100]],
  );
  const { name } = copied.databaseCopy;
  assert.equal((await call(sql.databaseCopies, 'get', server, 'mydb', name)).databaseCopy.localDatabaseId, 4);
  const updated = await call(sql.databaseCopies, 'update', server, 'mydb', name, { isForcedTerminate: true });
  assert.equal(updated.statusCode, 200);
  assert.equal((await call(sql.databaseCopies, 'deleteMethod', server, 'mydb', name)).statusCode, 200);

  const { databases } = await call(sql.databases, 'list', server);
  assert.deepEqual(
    databases.map((one) => [one.name, one.state]),
    ['master', 'mydb', 'recovered', 'restored', 'copied'].map((one) => [one, 'Normal']),
  );
});

test('a dropped database is listed, read and restored', async () => {
  const server = await newServer();
  await call(sql.databases, 'create', server, { name: 'mydb', edition: 'Basic' });
  await call(sql.databases, 'deleteMethod', server, 'mydb');

  const { databases } = await call(sql.restorableDroppedDatabases, 'list', server);
  assert.deepEqual(
    databases.map((one) => [one.name, one.edition, one.maximumDatabaseSizeInBytes]),
    [['mydb', 'Basic', 2 * GIBIBYTE]],
  );
  const [dropped] = databases;
  const { database } = await call(sql.restorableDroppedDatabases, 'get', server, dropped.entityId);
  assert.deepEqual(database.deletionDate, dropped.deletionDate);
  const parameters = {
    sourceDatabaseName: 'mydb',
    sourceDatabaseDeletionDate: dropped.deletionDate,
    targetDatabaseName: 'again',
  };
  assert.equal((await call(sql.restoreDatabaseOperations, 'create', server, parameters)).statusCode, 201);
  assert.equal((await call(sql.databases, 'get', server, 'again')).database.edition, 'Basic');
});

test('a database is exported and imported', async () => {
  const server = await newServer();
  await call(sql.databases, 'create', server, { name: 'mydb', edition: 'Basic' });
  const full = `${server}.database.windows.net`;
  const parameters = (databaseName) => ({
    blobCredentials: { uri: 'https://a.blob.core.windows.net/b/c.bacpac', storageAccessKey: 'key' },
    connectionInfo: { databaseName, password: PASSWORD, serverName: full, userName: 'azuredb' },
  });

  const exported = await call(sql.dac, 'exportMethod', server, parameters('mydb'));
  const imported = await call(sql.dac, 'importMethod', server, {
    ...parameters('new'),
    azureEdition: 'Web',
    databaseSizeInGB: 5,
  });
  const idOf = (answer) => answer.guid._ || answer.guid;

  const status = await call(sql.dac, 'getStatus', server, full, 'azuredb', PASSWORD, idOf(exported));
  assert.deepEqual(
    status.statusInfoList.map((one) => [one.requestId, one.requestType, one.databaseName, one.status, one.serverName]),
    [[idOf(exported), 'Export', 'mydb', 'Completed', full]],
  );
  const posted = { serverName: full, userName: 'azuredb', password: PASSWORD, requestId: idOf(imported) };
  const again = await call(sql.dac, 'getStatusPost', server, posted);
  assert.deepEqual(
    again.statusInfoList.map((one) => [one.requestType, one.status]),
    [['Import', 'Completed']],
  );
  assert.equal((await call(sql.databases, 'get', server, 'new')).database.state, 'Normal');
  await refused(call(sql.dac, 'getStatus', server, full, 'azuredb', 'wrong', idOf(exported)), 400, 'Login failed');
});
