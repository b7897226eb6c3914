/** `setpoint/cresco`: a client for Cresco fabrics. It speaks the WebSocket API of the servers 1.2 and 1.3, and knows no manifest. */
export { openCresco } from './connect.ts';
export type { CrescoClient, CrescoOptions, CrescoRead, CrescoSession, CrescoWrite } from './client.ts';
export type * from './calls.ts';
export type * from './results.ts';
export type * from './stock.ts';
export type * from './streams.ts';
export { frameOf, type Frame } from './dataplane.ts';
export {
  compressData,
  compressJson,
  compressParam,
  decodeData,
  decompressData,
  decompressJson,
  decompressParam,
  encodeData,
} from './encoding.ts';
export { identityOf } from './identity.ts';
export { jarOf } from './jar-of.ts';
export { readJar, readJarFile, type ReadJar } from './jar.ts';
export type { PeerFacts, Trust } from '../../transport/trust.ts';
export { Fault, type Diagnostic } from '../../../core/diagnostic.ts';
