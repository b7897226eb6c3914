import { readFileSync } from 'node:fs';
import type { Json } from '../../../../src/providers/colonies/client/index.ts';
import { parseJson } from '../../../../src/providers/colonies/client/index.ts';

export interface SigningVector {
  readonly prvkey: string;
  readonly pubkey_uncompressed_hex: string;
  readonly id: string;
  readonly message_utf8: string;
  readonly sha3_256_hex: string;
  readonly signature_hex: string;
  readonly recid: number;
  readonly recovered_id: string;
  readonly wrong_recid_recovers_id: string;
}

export interface NegativeVector {
  readonly name: string;
  readonly message_utf8?: string;
  readonly signature_hex?: string;
  readonly server_error?: string;
  readonly recovered_id?: string;
  readonly prvkey?: string;
}

/** A request that the real server got, and its answer. Bodies are parsed; the empty one is null. */
export interface Recorded {
  readonly name: string;
  readonly signer: string | null;
  readonly signer_id: string | null;
  readonly payload_json: string;
  readonly envelope: { readonly payloadtype: string; readonly payload: string; readonly signature: string };
  readonly reply_status: number;
  readonly reply_body: { readonly payloadtype: string; readonly payload: string; readonly error: boolean } | null;
  readonly reply_payload_json?: Json;
}

interface Vectors {
  readonly crypto: readonly SigningVector[];
  readonly crypto_negative: readonly NegativeVector[];
  readonly crypto_interop_non_rfc6979: Pick<SigningVector, 'message_utf8' | 'signature_hex' | 'recovered_id'>;
  readonly sha3_256: readonly { readonly utf8: string; readonly hex: string }[];
  readonly well_known_sample_identities: readonly { readonly role: string; readonly prvkey: string; readonly id: string }[];
  readonly envelopes: readonly Recorded[];
  readonly websocket: { readonly client_message: Recorded['envelope']; readonly client_payload_json: Json };
  readonly samples: Readonly<Record<string, Json>>;
  readonly derivations: {
    readonly attribute_id: {
      readonly targetid: string;
      readonly key: string;
      readonly attributetype: number;
      readonly attributeid: string;
    };
    readonly zero_time_by_server_TZ: Readonly<Record<string, string>>;
  };
}

/** What was recorded from the real server 1.9.12 and from four implementations of its signatures; integers are exact. */
export const vectors = parseJson(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')) as unknown as Vectors;

/** The published sample key of a role: `server owner`, `colony owner`, `user`. Never for anything but tests. */
export function sampleKey(role: string): string {
  const found = vectors.well_known_sample_identities.find((one) => one.role.startsWith(role));
  if (found === undefined) throw new Error(`no sample identity is a ${role}`);
  return found.prvkey;
}
