import type * as Control from '../src/app/control.ts';
import type * as OpenEngine from '../src/app/open-engine.ts';
import type * as SavedPlan from '../src/app/saved-plan.ts';
import type * as Undo from '../src/app/undo.ts';
import type * as Render from '../src/cli/render/index.ts';
import type * as Read from '../src/manifests/read.ts';
import type * as Colonies from '../src/providers/colonies/client/index.ts';
import type * as ColoniesSandbox from '../src/providers/colonies/sandbox/index.ts';
import type * as Cresco from '../src/providers/cresco/client/index.ts';
import type * as Yang from '../src/yang/index.ts';

const dist = new URL('../dist/', import.meta.url);
/**
 * The built package as users run it, with the types of its sources: a loader that compiles on the way would be measured, too.
 * `npm run bench` builds it first.
 */
const load = <T>(path: string): Promise<T> => import(new URL(path, dist).href) as Promise<T>;

export const controlModule = () => load<typeof Control>('app/control.js');
export const openEngineModule = () => load<typeof OpenEngine>('app/open-engine.js');
export const savedPlanModule = () => load<typeof SavedPlan>('app/saved-plan.js');
export const undoModule = () => load<typeof Undo>('app/undo.js');
export const renderModule = () => load<typeof Render>('cli/render/index.js');
export const readModule = () => load<typeof Read>('manifests/read.js');
export const coloniesModule = () => load<typeof Colonies>('providers/colonies/client/index.js');
export const coloniesSandboxModule = () => load<typeof ColoniesSandbox>('providers/colonies/sandbox/index.js');
export const crescoModule = () => load<typeof Cresco>('providers/cresco/client/index.js');
export const yangModule = () => load<typeof Yang>('yang/index.js');
