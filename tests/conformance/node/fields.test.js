// What the other tests leave out of the objects that the functions take.
'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { duration } = require('moment');

const clients = require('./clients');
const { certificate } = require('./given');

const { call, cloudServices, compute, jobsOf, management, network, refused, scheduler } = clients;
const { serviceBus, sql, storage, trafficManager, websites } = clients;

test('what is made in an affinity group is in its location', async () => {
  await call(management.affinityGroups, 'create', { name: 'mine', label: 'l', description: 'd', location: 'West US' });
  await call(compute.hostedServices, 'create', { serviceName: 'grouped', label: 'l', affinityGroup: 'mine' });
  await call(storage.storageAccounts, 'create', {
    name: 'grouped',
    label: 'l',
    affinityGroup: 'mine',
    accountType: 'Standard_LRS',
  });

  assert.equal((await call(compute.hostedServices, 'get', 'grouped')).properties.affinityGroup, 'mine');
  const changes = { label: 'new', description: 'changed', extendedProperties: { Owner: 'you' } };
  await call(storage.storageAccounts, 'update', 'grouped', changes);
  const { storageAccount } = await call(storage.storageAccounts, 'get', 'grouped');
  assert.deepEqual(
    [storageAccount.properties.affinityGroup, storageAccount.properties.description],
    ['mine', 'changed'],
  );
  assert.equal(storageAccount.extendedProperties.Owner, 'you');
  const group = await call(management.affinityGroups, 'get', 'mine');
  assert.deepEqual(
    group.hostedServices.map((one) => one.serviceName),
    ['grouped'],
  );
  assert.deepEqual(
    group.storageServices.map((one) => one.serviceName),
    ['grouped'],
  );
});

test('an extension names the certificate that its secrets are encrypted for', async () => {
  await call(compute.hostedServices, 'create', { serviceName: 'secret', label: 'l', location: 'West US' });
  const data = { data: certificate.raw, certificateFormat: 'cer', password: '' };
  await call(compute.serviceCertificates, 'create', 'secret', data);
  const [{ thumbprint, thumbprintAlgorithm }] = (await call(compute.serviceCertificates, 'list', 'secret'))
    .certificates;
  const type = { providerNamespace: 'Microsoft.Windows.Azure.Extensions', type: 'RDP', version: '1.*' };
  await call(compute.hostedServices, 'addExtension', 'secret', {
    ...type,
    id: 'rdp',
    thumbprint,
    thumbprintAlgorithm,
    publicConfiguration: '<PublicConfig><UserName>me</UserName></PublicConfig>',
    privateConfiguration: '<PrivateConfig><Password>Passw0rd!</Password></PrivateConfig>',
  });

  const found = await call(compute.hostedServices, 'getExtension', 'secret', 'rdp');
  assert.deepEqual([found.thumbprint, found.thumbprintAlgorithm], [thumbprint, thumbprintAlgorithm]);
});

test('only publishers register, change and unregister extensions', async () => {
  const input = { name: 'in', protocol: 'tcp', port: 80, localPort: '80' };
  const image = {
    providerNameSpace: 'Mine',
    type: 'Extension',
    version: '1.0',
    label: 'label',
    hostingResources: 'VmRole',
    mediaLink: 'https://mystorageaccount.blob.core.windows.net/extensions/mine.zip',
    certificate: {
      storeLocation: 'LocalMachine',
      storeName: 'My',
      thumbprintRequired: true,
      thumbprintAlgorithm: 'sha1',
    },
    extensionEndpoints: {
      inputEndpoints: [input],
      internalEndpoints: [{ name: 'internal', protocol: 'tcp', port: 81 }],
      instanceInputEndpoints: [
        { name: 'each', protocol: 'tcp', localPort: '82', fixedPortMin: 100, fixedPortMax: 200 },
      ],
    },
    publicConfigurationSchema: '<schema/>',
    privateConfigurationSchema: '<schema/>',
    description: 'description',
    publisherName: 'me',
    publishedDate: new Date('2015-06-01T00:00:00Z'),
    localResources: [{ name: 'temp', sizeInMB: 10 }],
    blockRoleUponFailure: false,
    isInternalExtension: true,
    sampleConfig: '<sample/>',
    replicationCompleted: true,
    eula: 'http://eula/',
    privacyUri: 'http://privacy/',
    homepageUri: 'http://home/',
    isJsonExtension: true,
    disallowMajorVersionUpgrade: true,
    supportedOS: 'Linux',
    companyName: 'us',
    regions: 'West US',
  };
  const { extensionImages } = compute;
  for (const [method, ...parameters] of [
    ['register', image],
    ['update', image],
    ['unregister', 'Mine', 'Extension', '1.0'],
  ]) {
    await refused(
      call(extensionImages, method, ...parameters),
      403,
      'ForbiddenError',
      'This operation is not allowed for this subscription.',
    );
  }
});

test('an endpoint of a profile has a location', async () => {
  const { definitions, profiles } = trafficManager;
  await call(profiles, 'create', 'located', 'located.trafficmanager.net');
  const endpoint = {
    domainName: 'nested.trafficmanager.net',
    status: 'Enabled',
    type: 'TrafficManager',
    location: 'West US',
    weight: 1,
    minChildEndpoints: 1,
  };
  await call(definitions, 'create', 'located', {
    dnsOptions: { timeToLiveInSeconds: 300 },
    monitors: [
      {
        intervalInSeconds: 30,
        timeoutInSeconds: 10,
        toleratedNumberOfFailures: 3,
        protocol: 'Https',
        port: 443,
        httpOptions: { verb: 'GET', relativePath: '/', expectedStatusCode: 200 },
      },
    ],
    policy: { loadBalancingMethod: 'Performance', endpoints: [endpoint] },
  });

  const { definition } = await call(definitions, 'get', 'located');
  assert.deepEqual(
    definition.policy.endpoints.map((one) => [one.domainName, one.location]),
    [['nested.trafficmanager.net', 'West US']],
  );
});

const RULE = {
  claimType: 'SharedAccessKey',
  claimValue: 'None',
  keyName: 'all',
  rights: ['Listen', 'Send'],
  primaryKey: Buffer.alloc(32, 1).toString('base64'),
  secondaryKey: Buffer.alloc(32, 2).toString('base64'),
  createdTime: new Date('2015-06-01T00:00:00Z'),
  modifiedTime: new Date('2015-06-01T00:00:00Z'),
  revision: 3,
};
const COUNTS = {
  activeMessageCount: 0,
  deadLetterMessageCount: 0,
  scheduledMessageCount: 0,
  transferDeadLetterMessageCount: 0,
  transferMessageCount: 0,
};
const ENTITY = {
  requiresDuplicateDetection: true,
  defaultMessageTimeToLive: 'P7D',
  duplicateDetectionHistoryTimeWindow: 'PT20M',
  enableBatchedOperations: false,
  maxSizeInMegabytes: 2048,
  sizeInBytes: 0,
  isAnonymousAccessible: false,
  authorizationRules: [RULE],
  status: 'Active',
  supportOrdering: true,
  countDetails: COUNTS,
  autoDeleteOnIdle: 'P1D',
  entityAvailabilityStatus: 'Available',
};

test('queues, topics and rules are all that was said of them', async () => {
  const { namespaces, queues, topics } = serviceBus;
  await call(namespaces, 'create', 'everything', 'West US');
  const ruled = await call(namespaces, 'createAuthorizationRule', 'everything', RULE);
  assert.equal(ruled.authorizationRule.primaryKey, RULE.primaryKey);
  const again = await call(namespaces, 'updateAuthorizationRule', 'everything', {
    ...RULE,
    primaryKey: RULE.secondaryKey,
  });
  assert.equal(again.authorizationRule.primaryKey, RULE.secondaryKey);

  const queue = {
    ...ENTITY,
    name: 'queue',
    lockDuration: 'PT1M',
    requiresSession: true,
    deadLetteringOnMessageExpiration: true,
    messageCount: 0,
  };
  const asked = ({ lockDuration, requiresSession, deadLetteringOnMessageExpiration }) => ({
    lockDuration,
    requiresSession,
    deadLetteringOnMessageExpiration,
  });
  const common = (one) =>
    [
      'requiresDuplicateDetection',
      'defaultMessageTimeToLive',
      'duplicateDetectionHistoryTimeWindow',
      'enableBatchedOperations',
    ].map((field) => one[field]);
  const made = (await call(queues, 'create', 'everything', queue)).queue;
  assert.deepEqual([asked(made), common(made)], [asked(queue), common(ENTITY)]);
  assert.deepEqual([made.authorizationRules[0].primaryKey, made.autoDeleteOnIdle], [RULE.primaryKey, 'P1D']);
  const changed = (await call(queues, 'update', 'everything', { ...queue, defaultMessageTimeToLive: 'P8D' })).queue;
  assert.equal(changed.defaultMessageTimeToLive, 'P8D');

  const when = new Date('2015-06-01T00:00:00Z');
  const topic = {
    ...ENTITY,
    name: 'topic',
    filteringMessagesBeforePublishing: false,
    subscriptionCount: 0,
    createdAt: when,
    updatedAt: when,
    accessedAt: when,
  };
  const { topic: created } = await call(topics, 'create', 'everything', topic);
  assert.deepEqual([common(created), created.autoDeleteOnIdle], [common(ENTITY), 'P1D']);
  const { topic: updated } = await call(topics, 'update', 'everything', { ...topic, defaultMessageTimeToLive: 'P8D' });
  assert.equal(updated.defaultMessageTimeToLive, 'P8D');
});

test('databases are made, restored, recovered and copied with all that may be said', async () => {
  const server = async (version) => {
    const parameters = {
      administratorUserName: 'azuredb',
      administratorPassword: 'T5ii-B48x',
      location: 'West US',
      version,
    };
    const { serverName } = await call(sql.servers, 'create', parameters);
    return serverName._ || serverName;
  };
  const [here, there] = [await server('12.0'), await server('12.0')];
  const { serviceObjectives } = await call(sql.serviceObjectives, 'list', here);
  const { id } = serviceObjectives.find((one) => one.name === 'S0');
  const size = { maximumDatabaseSizeInGB: 5, maximumDatabaseSizeInBytes: 5 * 2 ** 30 };
  const { database } = await call(sql.databases, 'create', here, {
    name: 'one',
    edition: 'Standard',
    serviceObjectiveId: id,
    ...size,
  });
  assert.deepEqual([database.maximumDatabaseSizeInGB, database.edition], [5, 'Standard']);
  const larger = { maximumDatabaseSizeInGB: 10, maximumDatabaseSizeInBytes: 10 * 2 ** 30 };
  await call(sql.databases, 'update', here, 'one', {
    name: 'one',
    edition: 'Standard',
    serviceObjectiveId: id,
    ...larger,
  });
  const found = (await call(sql.databases, 'get', here, 'one')).database;
  assert.deepEqual([found.maximumDatabaseSizeInGB, found.assignedServiceObjectiveId], [10, id]);

  const recovery = { sourceDatabaseName: 'one', targetServerName: there, targetDatabaseName: 'recovered' };
  assert.equal((await call(sql.recoverDatabaseOperations, 'create', here, recovery)).statusCode, 201);
  const pointInTime = new Date();
  const restore = { sourceDatabaseName: 'one', targetServerName: here, targetDatabaseName: 'restored', pointInTime };
  const restored = await call(sql.restoreDatabaseOperations, 'create', here, restore);
  assert.equal(restored.operation.targetDatabaseName, 'restored');
  const copy = { partnerServer: there, partnerDatabase: 'copied', isContinuous: true, isOfflineSecondary: true };
  const { databaseCopy } = await call(sql.databaseCopies, 'create', here, 'one', copy);
  // The service writes True, which the package takes for false.
  assert.deepEqual([databaseCopy.destinationServerName, databaseCopy.isContinuous], [there, false]);
});

test('job collections and jobs are all that was said of them', async () => {
  const geo = { label: 'l', description: 'd', geoRegion: 'West US', email: 'me@example.com' };
  await call(cloudServices.cloudServices, 'create', 'working', geo);
  const quota = { maxJobCount: 10, maxJobOccurrence: 5, maxRecurrence: { frequency: 'Hour', interval: 2 } };
  const intrinsicSettings = { plan: 'Standard', quota };
  await call(scheduler.jobCollections, 'create', 'working', 'all', {
    label: 'l',
    schemaVersion: '1.0',
    intrinsicSettings,
  });
  const { eTag } = await call(scheduler.jobCollections, 'get', 'working', 'all');
  const wider = { plan: 'Standard', quota: { ...quota, maxJobCount: 20 } };
  await call(scheduler.jobCollections, 'update', 'working', 'all', {
    eTag,
    label: 'new',
    schemaVersion: '1.0',
    intrinsicSettings: wider,
  });
  const collection = await call(scheduler.jobCollections, 'get', 'working', 'all');
  assert.deepEqual([collection.label, collection.intrinsicSettings], ['new', wider]);

  const jobs = jobsOf('working', 'all');
  const request = {
    uri: 'http://example.com/',
    method: 'POST',
    headers: { Accept: 'a' },
    body: 'text',
    authentication: { type: 'Basic', username: 'me', password: 'secret' },
  };
  const queueMessage = { storageAccountName: 'account', queueName: 'queue', sasToken: 'token', message: 'text' };
  const retryPolicy = { retryType: 'Fixed', retryInterval: duration(1, 'minute'), retryCount: 2 };
  const endTime = new Date(Date.now() + 30 * 86400_000);
  const startTime = new Date(Date.now() + 86400_000);
  const recurrence = {
    frequency: 'Month',
    interval: 1,
    count: 3,
    endTime,
  };
  const monthlyOccurrences = [{ day: 'Friday', occurrence: 1 }];
  for (const [name, ...rest] of [['createOrUpdate', 'one'], ['create']]) {
    const toQueue = { type: 'storageQueue', queueMessage, retryPolicy, errorAction: { type: 'http', request } };
    const weekly = { ...recurrence, frequency: 'Week', schedule: { minutes: [30], hours: [5], days: ['Monday'] } };
    const queued = (await call(jobs, name, ...rest, { startTime, action: toQueue, recurrence: weekly })).job;
    assert.deepEqual([queued.action.queueMessage.queueName, queued.action.retryPolicy.retryCount], ['queue', 2]);
    assert.deepEqual(
      [queued.action.errorAction.request.uri, queued.recurrence.schedule.days],
      ['http://example.com/', ['monday']],
    );
    const toWeb = { type: 'http', request, retryPolicy, errorAction: { type: 'storageQueue', queueMessage } };
    const monthly = { ...recurrence, schedule: { minutes: [30], hours: [5], monthDays: [-1], monthlyOccurrences } };
    const asked = (await call(jobs, name, ...rest, { startTime, action: toWeb, recurrence: monthly })).job;
    assert.deepEqual([asked.action.request.authentication.username, asked.action.request.body], ['me', 'text']);
    assert.equal(asked.action.errorAction.queueMessage.message, 'text');
  }
  const yearly = { frequency: 'Year', interval: 1, count: 3, schedule: { minutes: [30], hours: [5], months: [1] } };
  for (const [name, ...rest] of [['createOrUpdate', 'one'], ['create']]) {
    const { job } = await call(jobs, name, ...rest, {
      startTime,
      action: { type: 'http', request },
      recurrence: yearly,
    });
    assert.deepEqual([job.recurrence.frequency, job.recurrence.schedule.months], ['year', [1]]);
  }
  const page = { skip: 1, top: 1 };
  assert.equal((await call(jobs, 'list', page)).jobs.length, 1);
  assert.equal((await call(jobs, 'listWithFilter', { state: 'Enabled', ...page })).jobs.length, 1);
  assert.deepEqual((await call(jobs, 'getHistory', 'one', page)).jobHistory, []);
  const state = { state: 'Disabled', updateStateReason: 'because' };
  assert.equal((await call(jobs, 'updateState', 'one', state)).job.state, 'disabled');
});

test('a web site is configured in all that may be said', async () => {
  const { webSites, webHostingPlans, webSpaces } = websites;
  const space = 'eastuswebspace';
  const webSpace = { geoRegion: 'East US', name: space, plan: 'VirtualDedicatedPlan' };
  await call(webSites, 'create', space, { name: 'full', serverFarm: '', webSpace });
  const configuration = {
    appSettings: { one: '1' },
    connectionStrings: [{ name: 'db', connectionString: 'Server=here', type: 'SQLAzure' }],
    defaultDocuments: ['index.html'],
    detailedErrorLoggingEnabled: true,
    documentRoot: 'root',
    handlerMappings: [{ extension: '.js', scriptProcessor: 'node.exe', arguments: '--flag' }],
    httpLoggingEnabled: true,
    logsDirectorySizeLimit: 50,
    managedPipelineMode: 'Integrated',
    metadata: { kind: 'php' },
    netFrameworkVersion: 'v4.0',
    numberOfWorkers: 1,
    phpVersion: '5.3',
    remoteDebuggingEnabled: true,
    remoteDebuggingVersion: 'VS2012',
    requestTracingEnabled: true,
    requestTracingExpirationTime: '2030-01-01T00:00:00Z',
    scmType: 'LocalGit',
    use32BitWorkerProcess: true,
    webSocketsEnabled: true,
    alwaysOn: true,
    routingRules: [
      {
        type: 'RampUpRule:http://schemas.microsoft.com/windowsazure',
        actionHostName: 'full-staging.azurewebsites.net',
        reroutePercentage: 10,
        changeStep: 1,
        changeIntervalInMinutes: 5,
        minReroutePercentage: 1,
        maxReroutePercentage: 20,
        changeDecisionCallbackUrl: 'https://decide/',
        name: 'ramp',
      },
    ],
    javaVersion: '1.7.0_51',
    javaContainer: 'TOMCAT',
    javaContainerVersion: '7.0.50',
    autoSwapSlotName: 'staging',
    siteAuthEnabled: true,
    siteAuthSettings: { aADClientId: 'client', openIdIssuer: 'https://issuer/' },
    limits: { maxPercentageCpu: 50, maxMemoryInMb: 512, maxDiskSizeInMb: 1024 },
  };
  await call(webSites, 'updateConfiguration', space, 'full', configuration);
  const { requestId, statusCode, publishingUserName, publishingPassword, ...found } = await call(
    webSites,
    'getConfiguration',
    space,
    'full',
  );
  // The package does not say of which type a rule is.
  configuration.routingRules.forEach((rule) => delete rule.type);
  const kept = Object.fromEntries(Object.keys(configuration).map((name) => [name, found[name]]));
  assert.deepEqual(JSON.parse(JSON.stringify(kept)), JSON.parse(JSON.stringify(configuration)));

  const farm = { name: 'Farm', numberOfWorkers: 1, sKU: 'Standard', workerSize: 'Small', adminSiteName: 'full' };
  await call(webHostingPlans, 'create', space, farm);
  const { webHostingPlan } = await call(webHostingPlans, 'update', space, 'Farm', { ...farm, numberOfWorkers: 2 });
  assert.deepEqual([webHostingPlan.numberOfWorkers, webHostingPlan.adminSiteName], [2, 'full']);
  const hostNames = ['full.azurewebsites.net', 'www.example.com'];
  const hostNameSslStates = [
    {
      name: 'www.example.com',
      sslState: 'Disabled',
      thumbprint: null,
      toUpdate: false,
      virtualIP: null,
      ipBasedSslResult: null,
    },
  ];
  const changed = (
    await call(webSites, 'update', space, 'full', {
      state: 'Running',
      serverFarm: 'Farm',
      hostNames,
      hostNameSslStates,
    })
  ).webSite;
  assert.deepEqual([changed.serverFarm, changed.hostNames], ['Farm', hostNames]);

  const request = { name: 'daily', storageAccountUrl: 'https://account.blob.core.windows.net/backups', databases: [] };
  await call(webSites, 'backup', space, 'full', request);
  const restore = {
    blobName: 'daily.zip',
    overwrite: true,
    adjustConnectionStrings: true,
    ignoreConflictingHostNames: true,
    databases: [],
  };
  await call(webSites, 'restore', space, 'full', { ...restore, storageAccountUrl: request.storageAccountUrl });
  const user = { name: 'me', publishingUserName: 'me', publishingPassword: 'secret' };
  await refused(
    call(webSpaces, 'createPublishingUser', 'me', 'secret', user),
    401,
    'Unauthorized',
    'Access is denied.',
  );
});
