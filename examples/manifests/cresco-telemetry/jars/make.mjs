// Makes the JARs beside it: a name and a version, and nothing that runs. The same bytes on every machine, so that the fabric takes
// them for the same packages: nothing in them is compressed, and nothing has a date.
import { writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const BUNDLES = [
  { file: 'bottling-1.0.0.jar', name: 'example.bottling', version: '1.0.0' },
  { file: 'bottling-1.1.0.jar', name: 'example.bottling', version: '1.1.0' },
  { file: 'executor-1.3.0.jar', name: 'io.cresco.executor', version: '1.3.0' },
  { file: 'filerepo-1.3.0.jar', name: 'io.cresco.filerepo', version: '1.3.0' },
];

/** A ZIP archive of one file, stored as it is (APPNOTE.TXT 4.3). */
function zip(name, text) {
  const [path, content] = [Buffer.from(name), Buffer.from(text)];
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(10, 0); // the version needed
  facts.writeUInt16LE((1 << 5) | 1, 8); // 1 January 1980, the first day that there is
  facts.writeUInt32LE(crc32(content), 10);
  facts.writeUInt32LE(content.length, 14);
  facts.writeUInt32LE(content.length, 18);
  facts.writeUInt16LE(path.length, 22);
  const file = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), facts, path, content]);
  const directory = Buffer.concat([Buffer.from('PK\x01\x02\x0a\x00', 'latin1'), facts, Buffer.alloc(14), path]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(file.length, 12);
  return Buffer.concat([file, directory, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

for (const { file, name, version } of BUNDLES) {
  const manifest = ['Manifest-Version: 1.0', 'Bundle-ManifestVersion: 2', `Bundle-SymbolicName: ${name}`, `Bundle-Version: ${version}`];
  writeFileSync(new URL(file, import.meta.url), zip('META-INF/MANIFEST.MF', `${manifest.join('\r\n')}\r\n\r\n`));
}
