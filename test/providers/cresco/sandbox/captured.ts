import { readFileSync } from 'node:fs';

/** What was captured from the real servers and clients, as far as the sandbox is concerned. */
export interface Captured {
  readonly gson_escaping: { readonly map: Readonly<Record<string, string>>; readonly wire: string };
  readonly envelope_parsing: readonly {
    readonly text: string;
    readonly payload_as_server_sees?: Readonly<Record<string, string | null>>;
  }[];
  readonly cadl_normalization: readonly { readonly input: string; readonly after_gson_roundtrip?: string }[];
  readonly log_level_resolution: readonly {
    readonly session_default: string | null;
    readonly class_levels: Readonly<Record<string, string>>;
    readonly logid: string;
    readonly effective: string;
  }[];
  readonly dataplane: {
    readonly handshake_config: string;
    readonly ack: string;
    readonly binary_out_framing: readonly {
      readonly transfer_id: string | null;
      readonly seq_num: string | null;
      readonly body_hex: string;
      readonly frame_hex: string;
    }[];
  };
  readonly replies_synthetic: readonly {
    readonly name: string;
    readonly request_payload?: Readonly<Record<string, string>>;
    readonly reply?: Readonly<Record<string, string>>;
  }[];
  readonly envelopes_gen1: readonly { readonly call: string; readonly wire?: string | null }[];
  readonly envelopes_gen2: readonly { readonly call: string; readonly wire?: string | null }[];
  readonly envelopes_gen3_derived: readonly { readonly call: string; readonly wire?: string | null }[];
  readonly logstreamer: Readonly<
    Record<'activation' | 'update_config' | 'update_config_class' | 'ack_ok' | 'ack_bad_level' | 'ack_no_reply' | 'line', string>
  >;
}

export const captured = JSON.parse(readFileSync(new URL('../vectors/cresco.json', import.meta.url), 'utf8')) as Captured;
