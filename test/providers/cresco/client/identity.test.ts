import { X509Certificate } from 'node:crypto';
import { identityOf } from '../../../../src/providers/cresco/client/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { CERTIFICATES } from './certificates.ts';
import { vectors } from './vectors.ts';

const attributes = (parts: readonly string[]): Parameters<typeof identityOf>[0] =>
  parts.map((part) => ({ name: part.slice(0, part.indexOf('=')), value: part.slice(part.indexOf('=') + 1) }));

group('identity in a Cresco certificate', (test) => {
  test('is what the client of its generation reads', () => {
    for (const { subject_rfc4514: subject, der_order: order, gen2, gen3 } of vectors.certificate_identity) {
      // RFC 4514 writes a subject backwards.
      const { generation, region, agent, plugin } = identityOf(attributes(order ?? subject.split(',').reverse()));
      const wanted = gen3?.[0] === null ? gen2 : gen3;
      assert.equal([region, agent, plugin], wanted, subject);
      assert.is(generation, wanted === gen3 ? 3 : 2, subject);
    }
  });

  test('is the same in real certificates of all three kinds', () => {
    for (const [name, pem] of Object.entries(CERTIFICATES)) {
      assert.equal(identityOf(attributes(new X509Certificate(pem).subject.split('\n'))), {
        generation: name === 'two' ? 2 : 3,
        region: 'global-region',
        agent: 'global-controller',
        plugin: 'system-wsapi-1',
      });
    }
  });

  test('says only what can be known', () => {
    assert.equal(identityOf(attributes(['CN=my_region_agent_system-1'])), { generation: 2, plugin: 'system-1' });
    assert.equal(identityOf(attributes(['CN=localhost'])), { generation: 2, plugin: 'localhost' });
    assert.equal(identityOf([]), { generation: 2 });
  });
});
