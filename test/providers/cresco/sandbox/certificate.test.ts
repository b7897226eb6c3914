import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateFor } from '../../../../src/providers/cresco/sandbox/certificate.ts';
import { assert, group } from '../../../kit/group.ts';

const now = (): number => Date.UTC(2026, 0, 1);
const dual = { generation: 3, region: 'global-region', agent: 'global-controller', plugin: 'system-wsapi-1' } as const;

group('the certificate of a wsapi server', (test) => {
  test('of generation 3: every client generation finds its identity in it', async () => {
    const { cert, fingerprint } = await certificateFor(dual, { now });
    const read = new X509Certificate(cert);
    const lines = ['CN=system-wsapi-1', 'O=global-region', 'OU=global-controller', 'CN=global-region_global-controller_system-wsapi-1_'];
    assert.is(read.subject, lines.join('\n'));
    assert.is(read.issuer, read.subject);
    assert.ok(read.verify(read.publicKey));
    assert.is(read.fingerprint256, fingerprint);
    assert.ok(Date.parse(read.validFrom) < now() && Date.parse(read.validTo) > now());
    // The underscores have to be in a UTF8String (tag 0x0c): a PrintableString may hold none, and strict parsers refuse the whole.
    const old = Buffer.from('global-region_global-controller_system-wsapi-1_');
    assert.ok(read.raw.includes(Buffer.concat([Buffer.from([0x0c, old.length]), old])));
  });

  test('of generation 2: one name, split at underscores', async () => {
    const { cert } = await certificateFor({ ...dual, generation: 2 }, { now });
    assert.is(new X509Certificate(cert).subject, 'CN=global-region_global-controller_system-wsapi-1');
  });

  test('is made once for sandboxes that keep nothing, and anew before it is too old', async () => {
    const first = await certificateFor(dual, { now });
    assert.is(await certificateFor(dual, { now: () => now() + 3_600_000 }), first);
    assert.is.not((await certificateFor({ ...dual, agent: 'other' }, { now })).fingerprint, first.fingerprint);
    const years = Date.UTC(2035, 0, 1);
    assert.ok(Date.parse(new X509Certificate((await certificateFor(dual, { now: () => years })).cert).validTo) > years);
  });

  test('is kept in a folder, as its clients pin it, with the key for the owner alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'setpoint-certificate-'));
    try {
      const first = await certificateFor(dual, { folder, now });
      assert.equal(await certificateFor(dual, { folder, now: () => now() + 1e9 }), first);
      if (process.platform !== 'win32') assert.is((await stat(join(folder, 'wsapi.key'))).mode & 0o777, 0o600);
      // Another identity asks for another certificate, and half a file for a new one.
      assert.is.not((await certificateFor({ ...dual, region: 'dp' }, { folder, now })).fingerprint, first.fingerprint);
      await writeFile(join(folder, 'wsapi.pem'), '-----BEGIN');
      assert.match((await certificateFor(dual, { folder, now })).cert, /END CERTIFICATE/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
