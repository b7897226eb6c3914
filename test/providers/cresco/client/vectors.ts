import { readFileSync } from 'node:fs';

/** What was captured from the real clients and servers: `get_jar_info_gen1` and so on are results of the Python client. */
export interface Vectors {
  readonly compress_param: readonly { readonly name: string; readonly input: string; readonly output: string }[];
  readonly compress_data: { readonly bytes_hex: string; readonly output: string };
  readonly encode_data: { readonly bytes_hex: string; readonly output: string };
  readonly decompress_param: readonly { readonly name: string; readonly input: string; readonly output: string }[];
  readonly decompress_param_errors: readonly { readonly input: string }[];
  readonly jar: Readonly<Record<string, JarVector>>;
  readonly envelopes_gen2: readonly EnvelopeVector[];
  readonly envelopes_gen3_derived: readonly EnvelopeVector[];
  readonly replies_synthetic: readonly {
    readonly name: string;
    readonly reply?: Readonly<Record<string, string>>;
    readonly reply_text?: string;
  }[];
  readonly gson_escaping: { readonly map: Readonly<Record<string, string>>; readonly wire: string };
  readonly certificate_identity: readonly {
    readonly subject_rfc4514: string;
    readonly der_order?: readonly string[];
    readonly gen2: readonly (string | null)[] | null;
    readonly gen3: readonly (string | null)[] | null;
  }[];
  readonly dataplane: {
    readonly handshake_config: string;
    readonly handshake_raw: readonly string[];
    readonly ack: string;
    readonly binary_out_framing: readonly FramingVector[];
  };
  readonly logstreamer: Readonly<
    Record<'activation' | 'update_config' | 'update_config_class' | 'ack_ok' | 'ack_bad_level' | 'ack_no_reply' | 'line', string>
  >;
}

export interface JarVector {
  readonly jar_base64: string;
  readonly md5: string;
  readonly sha256: string;
  readonly get_jar_info_gen2: { readonly result?: Readonly<Record<'pluginname' | 'version' | 'md5', string>>; readonly error?: string };
  readonly get_jar_info_gen3?: { readonly result: Readonly<Record<'pluginname' | 'version' | 'md5', string>> };
}

export interface EnvelopeVector {
  readonly call: string;
  readonly wire?: string;
  readonly reply?: string;
  readonly result?: unknown;
}

export interface FramingVector {
  readonly transfer_id: string | null;
  readonly seq_num: string | null;
  readonly body_hex: string;
  readonly frame_hex: string;
}

export const vectors = JSON.parse(readFileSync(new URL('../vectors/cresco.json', import.meta.url), 'utf8')) as Vectors;
