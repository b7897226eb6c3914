import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inFolder, setpoint, writeFiles, type Ended } from './kit/binary.ts';

const program = fileURLToPath(new URL('kit/vault.mjs', import.meta.url));

const PROJECT = `apiVersion: setpoint/v1
kind: Project
metadata: { name: secrets }
spec: { manifests: manifests, state: git }
`;

export const target = (address: string, token: string): string => `apiVersion: setpoint/v1
kind: Target
metadata: { name: vault }
spec:
  provider: vault
  address: ${address}
  options:
    token: ${token}
`;

export const account = (name: string, spec: Readonly<Record<string, string>>): string =>
  `apiVersion: vault/v1
kind: Account
metadata: { name: ${name} }
spec:
  login: ${spec.login ?? name}
${Object.entries(spec)
  .filter(([field]) => field !== 'login')
  .map(([field, value]) => `  ${field}: ${value}\n`)
  .join('')}`;

export const git = (cwd: string, ...words: readonly string[]): Buffer =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words], { cwd, maxBuffer: 64 * 1024 * 1024 });

/** A project in git, and a vault outside of it: what is found in the project was put there by us. */
export const inProject = (
  files: Readonly<Record<string, string>>,
  body: (project: string, vault: string) => Promise<void>,
): Promise<void> =>
  inFolder(async (folder) => {
    const [project, vault] = [join(folder, 'project'), join(folder, 'vault')];
    writeFiles(project, { 'setpoint.yaml': PROJECT, '.gitignore': '.setpoint/\n.env\nsecrets/\n', ...files });
    git(project, 'init', '-q', '-b', 'main');
    await body(project, vault);
  });

export const run = (project: string, words: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  setpoint(words.split(' '), { cwd: project, env, program });

/** What the vault holds. */
export interface VaultFile {
  readonly token: string;
  readonly accounts: Readonly<Record<string, { readonly password: string; readonly keys?: Readonly<Record<string, string>> }>>;
}

export const vaultFile = (vault: string): VaultFile => JSON.parse(readFileSync(join(vault, 'accounts.json'), 'utf8')) as VaultFile;
