import type { Fields } from '../../core/value.ts';

const key = (description: string, file: string): Fields => ({
  description,
  type: 'string',
  'x-sensitive': true,
  examples: [{ generate: 'secp256k1', keep: { file } }],
});

const storeKey = ({ description, env }: { readonly description: string; readonly env: string }): Fields => ({
  description,
  type: 'string',
  'x-sensitive': true,
  examples: [{ env }],
});

const flag = (description: string): Fields => ({ description, type: 'boolean' });
const seconds = (description: string): Fields => ({ description, type: 'number', exclusiveMinimum: 0, 'x-units': 's' });

/** JSON Schema of a ColonyOS target's `spec.options`. */
export const optionsSchema = (): Fields => ({
  type: 'object',
  additionalProperties: false,
  required: ['colony'],
  properties: {
    colony: {
      description: 'The colony that this target speaks of: one on the server at its address.',
      type: 'string',
      minLength: 1,
      // Users, executors and their functions are kept under `colony:name`: with another colon in it, no list of them can be read.
      pattern: '^[^:]+$',
      examples: ['dev'],
    },
    serverKey: key(
      "The private key of the server's owner, 64 hexadecimal digits: it makes, lists and removes colonies, and nothing else.",
      'keys/server.key',
    ),
    colonyKey: key(
      "The private key of the colony's owner: it adds and removes users, executors and blueprint definitions, and approves executors. The owner is no member, and may read none of them but the definitions.",
      'keys/colony.key',
    ),
    key: key(
      'The private key of the user that this target reads and applies with. Whatever it makes runs in its name, so it is one that stays: crons of a user that is gone stop.',
      'keys/setpoint.key',
    ),
    reregister: flag(
      'The server runs with COLONIES_ALLOW_EXECUTOR_REREGISTER, which it does not tell: the name of a removed executor may be used again. Default: false.',
    ),
    storage: {
      description:
        'The S3 store that has the bytes of files; the server knows only their names and checksums. A sandbox has none, and never uses that of the real server.',
      type: 'object',
      additionalProperties: false,
      required: ['endpoint', 'bucket', 'accessKey', 'secretKey'],
      properties: {
        endpoint: {
          description: 'Its address, without the bucket. Without http:// or https:// it is https, and http on this machine itself.',
          type: 'string',
          pattern: '^(https?://)?[^/?#@\\s]+/?$',
          examples: ['https://minio.example:9000'],
        },
        bucket: { description: 'One that is there.', type: 'string', pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$', examples: ['plant'] },
        region: { description: 'Default: us-east-1, which stores without regions take.', type: 'string', minLength: 1 },
        accessKey: storeKey({ description: 'The access key.', env: 'AWS_S3_ACCESSKEY' }),
        secretKey: storeKey({ description: 'The secret key that belongs to it.', env: 'AWS_S3_SECRETKEY' }),
        tls: {
          description: 'How the certificate of the store is judged. Default: by the authorities that this machine knows.',
          type: 'object',
          additionalProperties: false,
          minProperties: 1,
          maxProperties: 1,
          properties: {
            ca: {
              description: 'A PEM file of the project with the authorities to believe.',
              type: 'string',
              minLength: 1,
              examples: ['certs/store.pem'],
            },
            insecure: flag('Whoever answers is believed. For test benches only.'),
          },
        },
      },
    },
    sandbox: {
      description: 'What the sandbox stands in for; nothing of it concerns the real server.',
      type: 'object',
      additionalProperties: false,
      properties: {
        serverKey: {
          description: "The private key of its owner, which guards nothing. Default: the sample key of Colonies' own documentation.",
          type: 'string',
          pattern: '^[0-9a-fA-F]{64}$',
        },
        staleSeconds: seconds('An executor that asked for work before and not for so long is unregistered. Default: 600.'),
        cleanupSeconds: seconds('How often it looks for such executors. Default: 60.'),
        reregister: flag('COLONIES_ALLOW_EXECUTOR_REREGISTER. Default: what reregister says of the real server.'),
        exclusive: flag('COLONIES_EXCLUSIVE_ASSIGN. Default: false.'),
        strict: flag('It refuses what breaks a real server, instead of breaking. Default: false.'),
        retentionSeconds: seconds('It forgets what succeeded longer ago than this. Default: never.'),
        cronPeriodMs: { description: 'How often it looks at crons. Default: 1000.', type: 'number', exclusiveMinimum: 0, 'x-units': 'ms' },
        generatorPeriodMs: {
          description: 'How often it looks at generators. Default: 1000.',
          type: 'number',
          exclusiveMinimum: 0,
          'x-units': 'ms',
        },
        pace: { description: '0.1: everything that takes time takes a tenth of it. Default: 1.', type: 'number', exclusiveMinimum: 0 },
        timezone: {
          description: 'In which its crons run and its times are written. Default: UTC.',
          type: 'string',
          minLength: 1,
          examples: ['Europe/Stockholm'],
        },
      },
    },
  },
});
