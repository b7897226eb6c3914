import { crc32, deflateRawSync } from 'node:zlib';

export interface JarContent {
  readonly name: string;
  readonly version: string;
  /** Makes it another JAR of the same name and version. */
  readonly filling?: string;
}

/** A JAR as small as one can be: a manifest, and nothing that runs. The same content gives the same bytes. */
export function jar({ name, version, filling = '' }: JarContent): Uint8Array {
  return zip([
    ['META-INF/MANIFEST.MF', `Manifest-Version: 1.0\r\nBundle-SymbolicName: ${name}\r\nBundle-Version: ${version}\r\n\r\n`],
    ...(filling === '' ? [] : ([['filling.txt', filling]] as const)),
  ]);
}

/** A ZIP archive of these files, deflated (APPNOTE.TXT 4.3). */
export function zip(files: readonly (readonly [name: string, content: string | Uint8Array])[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of files) {
    const plain = Buffer.from(content as string);
    const packed = deflateRawSync(plain);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE(crc32(plain), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(plain.length, 18);
    facts.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), facts, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts, rest, Buffer.from(name)]));
    parts.push(local);
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, list, Buffer.from('PK\x05\x06', 'latin1'), end]);
}
