'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, posted, refused, websites } = require('./clients');

const { webSpaces, webSites, webHostingPlans: serverFarms } = websites;
const SPACE = 'eastuswebspace';
const WITH_ALL = { deleteEmptyServerFarm: true, deleteMetrics: true, deleteAllSlots: true };
const WITHOUT = { deleteEmptyServerFarm: false, deleteMetrics: false, deleteAllSlots: false };

async function made(name, serverFarm = null) {
  const parameters = {
    name,
    serverFarm: serverFarm ?? '',
    webSpace: { geoRegion: 'East US', name: SPACE, plan: 'VirtualDedicatedPlan' },
  };
  return (await call(webSites, 'create', SPACE, parameters)).webSite;
}

test('a site is created, read, listed, stopped and deleted', async () => {
  const site = await made('first');
  assert.deepEqual([site.name, site.webSpace, site.state], ['first', SPACE, 'Running']);
  assert.deepEqual([site.sku, site.serverFarm], ['Free', 'Default0']);
  assert.deepEqual(site.hostNames, ['first.azurewebsites.net']);
  assert.deepEqual(site.enabledHostNames, ['first.azurewebsites.net', 'first.scm.azurewebsites.net']);

  const included = { propertiesToInclude: ['repositoryuri', 'publishingusername', 'publishingpassword'] };
  const read = (await call(webSites, 'get', SPACE, 'first', included)).webSite;
  assert.equal(read.siteProperties.properties.RepositoryUri, 'https://first.scm.azurewebsites.net');
  assert.equal(read.siteProperties.properties.PublishingUsername, '$first');
  assert.match(read.siteProperties.properties.PublishingPassword, /^[A-Za-z0-9]{60}$/);
  assert.equal(read.lastModifiedTimeUtc.getTime(), site.lastModifiedTimeUtc.getTime());

  const listed = (await call(webSpaces, 'listWebSites', SPACE)).webSites;
  assert.deepEqual(
    listed.map((one) => one.name),
    ['first'],
  );

  await refused(made('first'), 409, 'Conflict', 'Website with given name first already exists.');

  const stopped = (await call(webSites, 'update', SPACE, 'first', { state: 'Stopped' })).webSite;
  assert.equal(stopped.state, 'Stopped');
  assert.deepEqual((await call(webSites, 'getInstanceIds', SPACE, 'first')).instanceIds, []);
  await call(webSites, 'update', SPACE, 'first', { state: 'Running' });
  const { instanceIds } = await call(webSites, 'getInstanceIds', SPACE, 'first');
  assert.equal(instanceIds.length, 1);
  assert.match(instanceIds[0], /^[0-9a-f]{64}$/);
  assert.equal((await posted(webSites, 'restart', SPACE, 'first')).statusCode, 200);

  assert.equal((await call(webSites, 'deleteMethod', SPACE, 'first', WITH_ALL)).statusCode, 200);
  await refused(call(webSites, 'get', SPACE, 'first'), 404, 'NotFound', 'The web site first cannot be found.');
});

test('what is told of no site in particular', async () => {
  await made('anywhere');

  const spaces = (await call(webSpaces, 'list')).webSpaces;
  assert.deepEqual(
    spaces.map((space) => [space.name, space.geoRegion, space.geoLocation, space.status]),
    [[SPACE, 'East US', 'BLU', 'Ready']],
  );
  assert.equal((await call(webSpaces, 'get', SPACE)).plan, 'VirtualDedicatedPlan');
  assert.equal((await call(webSpaces, 'getDnsSuffix')).dnsSuffix, 'azurewebsites.net');
  const { geoRegions } = await call(webSpaces, 'listGeoRegions');
  assert.ok(geoRegions.some((region) => region.name === 'West US'));
  assert.equal((await call(webSites, 'isHostnameAvailable', 'anywhere')).isAvailable, false);
  assert.equal((await call(webSites, 'isHostnameAvailable', 'elsewhere')).isAvailable, true);
  assert.deepEqual((await call(webSpaces, 'listPublishingUsers')).users, []);
  const credentials = { publishingUserName: 'me', publishingPassword: 'secret' };
  await refused(
    call(webSpaces, 'createPublishingUser', 'me', 'secret', credentials),
    401,
    'Unauthorized',
    'Access is denied.',
  );
});

test('a configuration is written and read in JSON', async () => {
  await made('configured');
  const before = await call(webSites, 'getConfiguration', SPACE, 'configured');
  assert.deepEqual(before.appSettings, { WEBSITE_NODE_DEFAULT_VERSION: '0.10.29' });
  assert.deepEqual([before.phpVersion, before.alwaysOn, before.logsDirectorySizeLimit], ['5.4', false, 35]);
  assert.deepEqual([before.scmType, before.publishingUserName], ['None', '$configured']);

  const answer = await call(webSites, 'updateConfiguration', SPACE, 'configured', {
    appSettings: { one: '1' },
    connectionStrings: [{ name: 'db', connectionString: 'Server=here', type: 'SQLAzure' }],
    defaultDocuments: ['index.html'],
    handlerMappings: [{ extension: '.js', scriptProcessor: 'node.exe' }],
    httpLoggingEnabled: true,
    metadata: { kind: 'php' },
    numberOfWorkers: 1,
    phpVersion: '5.3',
    webSocketsEnabled: true,
  });
  assert.equal(answer.statusCode, 200);

  const after = await call(webSites, 'getConfiguration', SPACE, 'configured');
  assert.deepEqual(after.appSettings, { one: '1' });
  assert.deepEqual(after.connectionStrings, [{ connectionString: 'Server=here', name: 'db', type: 'SQLAzure' }]);
  assert.deepEqual(after.defaultDocuments, ['index.html']);
  assert.deepEqual(after.handlerMappings, [{ extension: '.js', scriptProcessor: 'node.exe' }]);
  assert.deepEqual(after.metadata, { kind: 'php' });
  assert.deepEqual([after.httpLoggingEnabled, after.webSocketsEnabled, after.alwaysOn], [true, true, false]);
  assert.equal(after.phpVersion, '5.3');
});

test('a server farm is created, listed, scaled and deleted', async () => {
  const farm = { name: 'MyFarm', numberOfWorkers: 1, sKU: 'Standard', workerSize: 'Small' };
  await refused(
    call(serverFarms, 'create', 'westuswebspace', farm),
    404,
    'NotFound',
    'Cannot find WebSpace with name westuswebspace.',
  );
  await made('inspace');
  const created = (await call(serverFarms, 'create', SPACE, farm)).webHostingPlan;
  assert.deepEqual([created.name, created.numberOfWorkers, created.workerSize], ['MyFarm', 1, 'Small']);

  const site = await made('dedicated', 'MyFarm');
  assert.deepEqual([site.serverFarm, site.sku], ['MyFarm', 'Standard']);
  const larger = { numberOfWorkers: 3, sKU: 'Standard', workerSize: 'Medium' };
  const scaled = (await call(serverFarms, 'update', SPACE, 'MyFarm', larger)).webHostingPlan;
  assert.deepEqual([scaled.numberOfWorkers, scaled.workerSize], [3, 'Medium']);
  assert.equal((await call(webSites, 'getInstanceIds', SPACE, 'dedicated')).instanceIds.length, 3);
  assert.equal((await call(serverFarms, 'get', SPACE, 'MyFarm')).webHostingPlan.workerSize, 'Medium');
  const plans = (await call(serverFarms, 'list', SPACE)).webHostingPlans;
  assert.ok(plans.some((plan) => plan.name === 'MyFarm'));

  await call(webSites, 'deleteMethod', SPACE, 'dedicated', WITHOUT);
  assert.equal((await call(serverFarms, 'deleteMethod', SPACE, 'MyFarm')).statusCode, 200);
  await refused(call(serverFarms, 'get', SPACE, 'MyFarm'), 404, 'NotFound', 'Server farm with name MyFarm not found.');
});

test('slots are swapped, but for the settings that stay', async () => {
  await made('swapped');
  await made('swapped(staging)');
  const names = { appSettingNames: ['stays'], connectionStringNames: [] };
  await call(webSites, 'updateSlotConfigNames', SPACE, 'swapped', names);
  assert.deepEqual((await call(webSites, 'getSlotConfigNames', SPACE, 'swapped')).appSettingNames, ['stays']);
  for (const [site, value] of [
    ['swapped', 'production'],
    ['swapped(staging)', 'staging'],
  ]) {
    await call(webSites, 'updateConfiguration', SPACE, site, { appSettings: { stays: value, goes: value } });
  }

  const begun = await posted(webSites, 'beginSwappingSlots', SPACE, 'swapped', 'staging', 'Production');
  assert.equal(begun.status, 'InProgress');
  const done = await call(websites, 'getOperationStatus', SPACE, 'swapped', begun.operationId);
  assert.deepEqual([done.name, done.status, done.errors], ['SwapSiteSlots', 'Succeeded', []]);

  const production = await call(webSites, 'getConfiguration', SPACE, 'swapped');
  assert.deepEqual(production.appSettings, { goes: 'staging', stays: 'production' });
  const staging = await call(webSites, 'getConfiguration', SPACE, 'swapped(staging)');
  assert.deepEqual(staging.appSettings, { goes: 'production', stays: 'staging' });
});

test('profiles, repositories, metrics and usages are told', async () => {
  await made('told');
  const { publishProfiles } = await call(webSites, 'getPublishProfile', SPACE, 'told');
  assert.deepEqual(
    publishProfiles.map((one) => one.publishMethod),
    ['MSDeploy', 'FTP'],
  );
  await posted(webSites, 'generatePassword', SPACE, 'told');
  const later = (await call(webSites, 'getPublishProfile', SPACE, 'told')).publishProfiles;
  assert.notEqual(later[0].userPassword, publishProfiles[0].userPassword);

  assert.equal((await posted(webSites, 'createRepository', SPACE, 'told')).statusCode, 200);
  assert.match((await call(webSites, 'getRepository', SPACE, 'told')).uri, /^https:\/\/told\.scm\./);
  assert.equal((await posted(webSites, 'syncRepository', SPACE, 'told')).statusCode, 200);
  assert.equal((await call(webSites, 'deleteRepository', SPACE, 'told')).statusCode, 200);

  const period = { metricNames: ['CpuTime'], startTime: new Date(0), endTime: new Date(3600000), timeGrain: 'PT1H' };
  const { usageMetrics } = await call(webSites, 'getHistoricalUsageMetrics', SPACE, 'told', period);
  assert.deepEqual(
    usageMetrics.map((one) => [one.code, one.data.name]),
    [['Success', 'CpuTime']],
  );
  const usages = (await call(webSites, 'getUsageMetrics', SPACE, 'told')).usageMetrics;
  assert.deepEqual(
    usages.map((one) => one.name),
    ['CpuTime', 'BytesSent', 'FileSystemStorage'],
  );
});

test('backups and hybrid connections are kept', async () => {
  await made('kept');
  const request = { name: 'daily', storageAccountUrl: 'https://account.blob.core.windows.net/backups', databases: [] };
  const item = await call(webSites, 'backup', SPACE, 'kept', request);
  assert.deepEqual([item.backupItem.name, item.backupItem.status], ['daily', 'Succeeded']);
  await call(webSites, 'updateConfiguration', SPACE, 'kept', { phpVersion: '5.3' });
  const backups = (await call(webSites, 'listBackups', SPACE, 'kept')).backupItems;
  assert.deepEqual(
    backups.map((one) => one.blobName),
    ['daily.zip'],
  );
  const restore = { blobName: 'daily.zip', overwrite: true, databases: [] };
  assert.match((await call(webSites, 'restore', SPACE, 'kept', restore)).operationId, /^[0-9a-f-]{36}$/);
  assert.equal((await call(webSites, 'getConfiguration', SPACE, 'kept')).phpVersion, '5.4');

  const connection = {
    entityName: 'onpremise',
    biztalkUri: 'https://biztalk',
    entityConnectionString: 'entity',
    hostname: 'server',
    port: 1433,
    resourceConnectionString: 'resource',
    resourceType: 'type',
  };
  await call(webSites, 'createHybridConnection', SPACE, 'kept', connection);
  const found = (await call(webSites, 'listHybridConnections', SPACE, 'kept')).hybridConnections;
  assert.deepEqual(
    found.map((one) => [one.entityName, one.port]),
    [['onpremise', 1433]],
  );
  assert.equal((await call(webSites, 'deleteHybridConnection', SPACE, 'kept', 'onpremise')).statusCode, 200);
});

test('slots swap with their configuration applied first, or reset', async () => {
  await made('previewed');
  await made('previewed(staging)');
  const names = { appSettingNames: ['stays'], connectionStringNames: ['db'] };
  await call(webSites, 'updateSlotConfigNames', SPACE, 'previewed', names);
  await call(webSites, 'updateConfiguration', SPACE, 'previewed', { appSettings: { stays: 'production' } });
  await call(webSites, 'updateConfiguration', SPACE, 'previewed(staging)', { appSettings: { stays: 'staging' } });
  const setting = async () => (await call(webSites, 'getConfiguration', SPACE, 'previewed(staging)')).appSettings.stays;

  assert.equal(
    (await posted(webSites, 'applySlotConfiguration', SPACE, 'previewed(staging)', 'Production')).statusCode,
    200,
  );
  assert.equal(await setting(), 'production');
  assert.equal((await posted(webSites, 'resetSlotConfiguration', SPACE, 'previewed(staging)')).statusCode, 200);
  assert.equal(await setting(), 'staging');
  const swapped = await posted(webSites, 'swapSlots', SPACE, 'previewed', 'staging', 'Production');
  assert.equal(swapped.status, 'Succeeded');
});

test('backups are scheduled and discovered', async () => {
  await made('scheduled');
  const storageAccountUrl = 'https://account.blob.core.windows.net/backups?sv=1';
  const databases = [
    { connectionString: 'Server=here', connectionStringName: 'db', databaseType: 'SqlAzure', name: 'mydb' },
  ];
  const backupSchedule = {
    frequencyInterval: 1,
    frequencyUnit: 'Day',
    keepAtLeastOneBackup: true,
    lastExecutionTime: new Date('2015-06-01T00:00:00Z'),
    retentionPeriodInDays: 30,
    startTime: new Date('2015-06-01T00:00:00Z'),
  };
  const request = { name: 'daily', enabled: true, storageAccountUrl, databases, backupSchedule };
  assert.equal((await call(webSites, 'updateBackupConfiguration', SPACE, 'scheduled', request)).statusCode, 200);

  const kept = await call(webSites, 'getBackupConfiguration', SPACE, 'scheduled');
  assert.deepEqual([kept.name, kept.enabled, kept.storageAccountUrl], ['daily', true, storageAccountUrl]);
  const { frequencyInterval, frequencyUnit, retentionPeriodInDays, startTime } = kept.backupSchedule;
  assert.deepEqual([frequencyInterval, frequencyUnit, retentionPeriodInDays], [1, 'Day', 30]);
  assert.deepEqual(startTime, backupSchedule.startTime);

  await call(webSites, 'backup', SPACE, 'scheduled', request);
  const wanted = {
    blobName: 'daily.zip',
    storageAccountUrl,
    databases,
    overwrite: true,
    adjustConnectionStrings: true,
    ignoreConflictingHostNames: true,
  };
  assert.equal((await call(webSites, 'discover', SPACE, 'scheduled', wanted)).statusCode, 200);
});

test('hybrid connections are changed, and metrics of a server farm told', async () => {
  await made('connected');
  const connection = {
    entityName: 'onpremise',
    biztalkUri: 'https://biztalk',
    entityConnectionString: 'entity',
    hostname: 'server',
    port: 1433,
    resourceConnectionString: 'resource',
    resourceType: 'type',
  };
  await call(webSites, 'createHybridConnection', SPACE, 'connected', connection);
  await call(webSites, 'updateHybridConnection', SPACE, 'connected', { ...connection, port: 1434 });
  const { hybridConnection } = await call(webSites, 'getHybridConnection', SPACE, 'connected', 'onpremise');
  assert.deepEqual({ ...hybridConnection }, { ...connection, port: 1434 });

  const period = {
    startTime: new Date(0),
    endTime: new Date(3600000),
    timeGrain: 'PT1H',
    includeInstanceBreakdown: true,
  };
  const farm = { name: 'Metered', numberOfWorkers: 1, sKU: 'Standard', workerSize: 'Small' };
  await call(serverFarms, 'create', SPACE, farm);
  const wanted = { ...period, metricNames: ['CpuTime'] };
  const { usageMetrics } = await call(serverFarms, 'getHistoricalUsageMetrics', SPACE, 'Metered', wanted);
  assert.deepEqual(
    usageMetrics.map((one) => one.data.name),
    ['CpuTime'],
  );
  const ofSite = await call(webSites, 'getHistoricalUsageMetrics', SPACE, 'connected', { ...wanted, slotView: true });
  assert.deepEqual(
    ofSite.usageMetrics.map((one) => one.data.name),
    ['CpuTime'],
  );
});

test('a subscription is registered for web sites', async () => {
  await refused(posted(websites, 'registerSubscription'), 409, 'ConflictError', 'website is already registered');
  assert.equal((await posted(websites, 'unregisterSubscription')).statusCode, 202);
  assert.equal((await posted(websites, 'registerSubscription')).statusCode, 202);
});
