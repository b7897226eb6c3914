import { coloniesEnvironment } from '../../../../src/providers/colonies/client/index.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { sampleKey } from './vectors.ts';

const key = sampleKey('user');
const local = { COLONIES_SERVER_HOST: 'localhost', COLONIES_SERVER_PORT: '50080', COLONIES_TLS: 'false' };

const said = async (env: Readonly<Record<string, string>>, needs: Parameters<typeof coloniesEnvironment>[1] = []): Promise<string> => {
  const fault = await faultOf(() => coloniesEnvironment(env, needs));
  assert.is(fault.code, 'COLONIES_ENVIRONMENT');
  assert.is(fault.sent, 'no');
  return JSON.stringify(fault.diagnostic);
};

group('colonies: the environment', (test) => {
  test('the variables of the CLI and of pycolonies, under our names', () => {
    const found = coloniesEnvironment(
      {
        ...local,
        COLONIES_COLONY_NAME: 'dev',
        COLONIES_EXECUTOR_NAME: 'e',
        COLONIES_EXECUTOR_TYPE: 'w',
        COLONIES_PRVKEY: `${key}\n`,
        COLONIES_COLONY_PRVKEY: sampleKey('colony owner'),
        COLONIES_SERVER_PRVKEY: sampleKey('server owner'),
        HOME: '/root',
      },
      ['colony', 'key'],
    );
    assert.equal(found, {
      address: 'http://localhost:50080',
      colony: 'dev',
      executor: 'e',
      executorType: 'w',
      key,
      colonyKey: sampleKey('colony owner'),
      serverKey: sampleKey('server owner'),
    });
    assert.equal(coloniesEnvironment({ ...local, COLONIES_COLONY_NAME: '' }), { address: 'http://localhost:50080' });
  });

  test('TLS by either spelling, the HTTP port before the other, addresses of either family', () => {
    const bare = { COLONIES_SERVER_HOST: 'localhost', COLONIES_SERVER_PORT: '50080' };
    assert.is(coloniesEnvironment({ ...bare, COLONIES_SERVER_TLS: 'true' }).address, 'https://localhost:50080');
    assert.is(coloniesEnvironment({ ...bare, COLONIES_TLS: 'TRUE', COLONIES_SERVER_TLS: 'true' }).address, 'https://localhost:50080');
    assert.is(coloniesEnvironment({ ...local, COLONIES_SERVER_HTTP_PORT: '80' }).address, 'http://localhost:80');
    assert.is(coloniesEnvironment({ ...local, COLONIES_SERVER_HOST: '[::1]' }).address, 'http://[::1]:50080');
  });

  test('the store of files, where there is one', async () => {
    const store = {
      AWS_S3_ENDPOINT: 'localhost:9000',
      AWS_S3_ACCESSKEY: 'who',
      AWS_S3_SECRETKEY: 'what',
      AWS_S3_BUCKET: 'plant',
      AWS_S3_TLS: 'true',
    };
    const plain = { bucket: 'plant', accessKey: 'who', secretKey: 'what' };
    assert.equal(coloniesEnvironment({ ...local, ...store }, ['storage']).storage, { endpoint: 'https://localhost:9000', ...plain });
    assert.equal(
      coloniesEnvironment({ ...local, ...store, AWS_S3_TLS: 'False', AWS_S3_REGION: 'eu-north-1', AWS_S3_SKIPVERIFY: 'True' }).storage,
      { endpoint: 'http://localhost:9000', ...plain, region: 'eu-north-1', tls: { insecure: true } },
    );
    // Others of AWS's programs set some of them as well.
    assert.is(coloniesEnvironment({ ...local, AWS_S3_REGION: 'eu-north-1' }).storage, undefined);
    const nothing = await said(local, ['storage']);
    for (const name of Object.keys(store)) assert.match(nothing, `${name} is not set`);
    const wrong = await said({ ...local, ...store, AWS_S3_ENDPOINT: 'http://localhost', AWS_S3_BUCKET: 'a/b', AWS_S3_TLS: 'maybe' });
    for (const what of ['no bare host:port', 'no name of a bucket', 'neither true nor false']) assert.match(wrong, what);
    assert.not.match(wrong, /"(who|what)"/);
  });

  test('all that is missing or contradictory is told at once, and no value of a key', async () => {
    const nothing = await said({}, ['colony', 'colonyKey']);
    for (const name of ['COLONIES_SERVER_HOST', 'COLONIES_SERVER_PORT', 'COLONIES_TLS', 'COLONIES_COLONY_NAME', 'COLONIES_COLONY_PRVKEY']) {
      assert.match(nothing, name);
    }
    assert.match(await said({ ...local, COLONIES_SERVER_TLS: 'true' }), 'contradict each other');
    assert.match(await said({ ...local, COLONIES_TLS: 'no' }), 'COLONIES_TLS is neither true nor false');
    assert.match(await said({ ...local, COLONIES_SERVER_HOST: 'http://localhost' }), 'no bare host name');
    for (const port of ['0', '65536', '50080x', '-1'])
      assert.match(await said({ ...local, COLONIES_SERVER_PORT: port }), 'none from 1 to 65535');
    const wrong = `${key.slice(0, 60)}zz!!`;
    const fault = await said({ ...local, COLONIES_PRVKEY: wrong });
    assert.match(fault, 'COLONIES_PRVKEY is no private key');
    assert.not.match(fault, wrong.slice(0, 12));
  });
});
