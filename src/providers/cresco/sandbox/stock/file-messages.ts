import { isFields, type Fields, type Value } from '../../../../core/value.ts';
import { gzjson, ungz } from '../encoding.ts';
import type { RepoFile } from './catalogue.ts';

/** A filerepo plugin, as its messages name it. */
export interface RepoPlace {
  readonly region: string;
  readonly agent: string;
  readonly plugin: string;
}

/** `repo` is who has files, `sub` who wants them. */
type Side = 'repo' | 'sub';

export const placeFields = (side: Side, { region, agent, plugin }: RepoPlace): Readonly<Record<string, string>> => ({
  [`${side}_region_id`]: region,
  [`${side}_agent_id`]: agent,
  [`${side}_plugin_id`]: plugin,
});

export function placeIn(side: Side, fields: Fields): RepoPlace | undefined {
  const [region, agent, plugin] = ['region_id', 'agent_id', 'plugin_id'].map((name) => fields[`${side}_${name}`]);
  return typeof region === 'string' && typeof agent === 'string' && typeof plugin === 'string' ? { region, agent, plugin } : undefined;
}

/** A JSON object from the data plane, where anybody may say anything; undefined for whatever else it is. */
export function fieldsIn(text: string | Uint8Array): Fields | undefined {
  if (typeof text !== 'string') return undefined;
  const value = jsonIn(text);
  return isFields(value) ? value : undefined;
}

/** A gzjson map of files by path. */
export const packFiles = (files: readonly RepoFile[]): string =>
  gzjson(Object.fromEntries(files.map((file) => [file.filePath, { ...file }])));

/** The files of a `repolistin`, a gzjson map of paths; what is no file in it is left out. */
export function filesIn(packed: string | undefined): readonly RepoFile[] {
  const map = valueIn(packed);
  if (!isFields(map)) return [];
  return Object.values(map).flatMap((file) => {
    if (!isFields(file)) return [];
    const { fileName, MD5, filePath, lastModified, filesize } = file;
    if (typeof fileName !== 'string' || typeof MD5 !== 'string' || typeof filePath !== 'string') return [];
    return [{ fileName, MD5, filePath, lastModified: String(lastModified), filesize: String(filesize) }];
  });
}

/** The JSON inside a gzjson; undefined where there is none. */
export const valueIn = (packed: string | undefined): Value | undefined => {
  const text = packed === undefined ? undefined : ungz(packed);
  return text === undefined ? undefined : jsonIn(text);
};

function jsonIn(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
