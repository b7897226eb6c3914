import {
  id,
  int,
  int64,
  list,
  map,
  members,
  open,
  optional,
  optionalText,
  record,
  text,
  time,
  type Codec,
  type Members,
} from '../codec.ts';

const metadataMembers = members({
  name: id,
  colonyname: text,
  locationname: optionalText,
  labels: map(text),
  annotations: map(text),
  /** Counts changes of the spec; the server's own, but for the first one. */
  generation: int64,
  createdAt: time,
  updatedAt: time,
  lastReconciliationProcess: optionalText,
  lastReconciliationTime: time,
});
export interface BlueprintMetadata extends Members<typeof metadataMembers> {}
const metadata: Codec<BlueprintMetadata> = record(metadataMembers);

const blueprintMembers = members({
  blueprintid: id,
  kind: text,
  metadata,
  spec: map(open),
  /** Written by the reconciler alone. */
  status: optional(map(open)),
});
export interface Blueprint extends Members<typeof blueprintMembers> {}
export const blueprint: Codec<Blueprint> = record(blueprintMembers);

const blueprintDefinitionMembers = members({
  blueprintdefinitionid: id,
  kind: text,
  metadata,
  spec: record({
    group: text,
    version: text,
    names: record({ kind: text, listKind: text, singular: text, plural: text, shortNames: list(text) }),
    scope: text,
    /** What the server enforces of JSON Schema, and what it does not, is in rules/blueprint-schema.ts. */
    schema: optional(record({ type: optionalText, properties: map(open), required: list(text) })),
    handler: record({ executorType: text, functionName: text, reconcileInterval: int }),
  }),
});
export interface BlueprintDefinition extends Members<typeof blueprintDefinitionMembers> {}
export const blueprintDefinition: Codec<BlueprintDefinition> = record(blueprintDefinitionMembers);

const blueprintHistoryMembers = members({
  historyid: id,
  blueprintid: text,
  kind: text,
  namespace: text,
  name: text,
  generation: int64,
  spec: map(open),
  status: optional(map(open)),
  /** The server's wall clock, said to be UTC whatever its time zone. */
  timestamp: time,
  changedby: text,
  /** `create` or `update`. */
  changetype: text,
});
export interface BlueprintHistory extends Members<typeof blueprintHistoryMembers> {}
export const blueprintHistory: Codec<BlueprintHistory> = record(blueprintHistoryMembers);
