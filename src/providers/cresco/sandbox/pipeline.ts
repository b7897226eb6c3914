import type { Gson, Texts, Written } from './gson.ts';
import { readGson, textsOf, withoutNulls } from './gson.ts';

/** A pipeline as the global controller keeps it. Rows of the database: plain JSON. */
export interface Pipeline {
  readonly id: string;
  readonly cadl: Cadl;
  code: number;
  desc: string;
  readonly nodes: readonly INode[];
}

/** What became of one node. */
export interface INode {
  /** `inode-<uuid>`: the id of its plugin as well. */
  readonly id: string;
  code: number;
  desc: string;
  /** Where it was put; `plugin` is the text `null` where the agent gave no id. */
  assigned?: { readonly region: string; readonly agent: string; readonly plugin: string };
}

/** A submission, after the server's classes took from it what they have a field for (sheet 5.1). */
export interface Cadl {
  readonly pipeline_id?: string;
  readonly pipeline_name?: string;
  readonly nodes?: readonly CadlNode[];
  readonly edges?: readonly CadlEdge[];
}
export interface CadlNode {
  readonly type?: string;
  readonly node_name?: string;
  readonly node_id?: string;
  readonly isSource: boolean;
  readonly workloadUtil: number;
  readonly params?: Texts;
}
export interface CadlEdge {
  readonly edge_id?: string;
  readonly node_from?: string;
  readonly node_to?: string;
  readonly params?: Texts;
}

/**
 * Reads a submission as gson fills the server's classes: other members vanish, scalars become text, null params vanish. Null
 * for the document `null`. Throws SyntaxError, for a nested value in params as well.
 */
export function readCadl(text: string): Cadl | null {
  const document = readGson(text);
  if (document === null) return null;
  const member = membersOf(document);
  return {
    ...optional('pipeline_id', scalar(member('pipeline_id'))),
    ...optional('pipeline_name', scalar(member('pipeline_name'))),
    ...optional('nodes', list(member('nodes'), readNode)),
    ...optional('edges', list(member('edges'), readEdge)),
  };
}

function readNode(node: Gson): CadlNode {
  const member = membersOf(node);
  const util = Number(scalar(member('workloadUtil')) ?? '0');
  if (Number.isNaN(util)) throw new SyntaxError('Expected a double at workloadUtil');
  return {
    ...optional('type', scalar(member('type'))),
    ...optional('node_name', scalar(member('node_name'))),
    ...optional('node_id', scalar(member('node_id'))),
    // Boolean.parseBoolean for text, as gson does.
    isSource: scalar(member('isSource'))?.toLowerCase() === 'true',
    workloadUtil: util,
    ...optional('params', params(member('params'))),
  };
}

function readEdge(edge: Gson): CadlEdge {
  const member = membersOf(edge);
  return {
    ...optional('edge_id', scalar(member('edge_id'))),
    ...optional('node_from', scalar(member('node_from'))),
    ...optional('node_to', scalar(member('node_to'))),
    ...optional('params', params(member('params'))),
  };
}

/** Of members with one name, the last one counts: these are fields of a class, no map. */
function membersOf(value: Gson): (name: string) => Gson {
  if (value === null || !('members' in value)) throw new SyntaxError('Expected BEGIN_OBJECT');
  const members = new Map(value.members);
  return (name) => members.get(name) ?? null;
}

function scalar(value: Gson): string | undefined {
  if (value === null) return undefined;
  if (!('text' in value)) throw new SyntaxError('Expected a string but was a structure');
  return value.text;
}

function list<T>(value: Gson, read: (item: Gson) => T): readonly T[] | undefined {
  if (value === null) return undefined;
  if (!('items' in value)) throw new SyntaxError('Expected BEGIN_ARRAY');
  return value.items.map(read);
}

function params(value: Gson): Texts | undefined {
  const texts = textsOf(value);
  return texts === null ? undefined : withoutNulls(texts);
}

const optional = <N extends string, T>(name: N, value: T | undefined): { readonly [K in N]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [K in N]?: T };

/** The submission with the server's own ids in it: nodes and the ends of edges get those of their iNodes (sheet 5.3). */
export function renamed(
  cadl: Cadl,
  options: { readonly id: string; readonly inodes: readonly string[]; readonly edgeId: () => string },
): Cadl {
  const { id, inodes, edgeId } = options;
  const byNode = new Map((cadl.nodes ?? []).map(({ node_id: name }, n) => [name, inodes[n] as string]));
  const end = (name: string | undefined): string | undefined => (name === undefined ? undefined : (byNode.get(name) ?? name));
  return {
    ...cadl,
    pipeline_id: id,
    ...(cadl.nodes === undefined
      ? {}
      : {
          nodes: cadl.nodes.map((node, n) => ({
            ...node,
            node_id: inodes[n] as string,
            ...(node.params === undefined ? {} : { params: { ...node.params, resource_id: id, inode_id: inodes[n] as string } }),
          })),
        }),
    ...(cadl.edges === undefined
      ? {}
      : {
          edges: cadl.edges.map((edge) => ({
            ...edge,
            // The equals sign is the server's.
            edge_id: `edge=${edgeId()}`,
            ...optional('node_from', end(edge.node_from)),
            ...optional('node_to', end(edge.node_to)),
          })),
        }),
  };
}

/** What `getgpipeline` tells (sheet 5.5): the submission with what became of each node among its params. */
export function pipelineInfo({ id, cadl, code, desc, nodes }: Pipeline): Written {
  return {
    ...cadl,
    pipeline_id: id,
    status_code: String(code),
    status_desc: desc,
    nodes: cadl.nodes?.map((node, n) => {
      const { code: nodeCode, desc: nodeDesc, assigned } = nodes[n] as INode;
      return {
        ...node,
        params: {
          ...node.params,
          ...(assigned ? { region_id: assigned.region, agent_id: assigned.agent, plugin_id: assigned.plugin } : {}),
          status_code: String(nodeCode),
          status_desc: nodeDesc,
        },
      };
    }),
  } as unknown as Written;
}
