export { compareData } from './compare.ts';
export { compile } from './compile.ts';
export { canonicalDataPath, canonicalValue, getAt, leaves, mergeAt, PathError, removeAt, setAt, type Leaf } from './data.ts';
export { applyDiff, diffData, type DataChange } from './diff.ts';
export { formatPath, parsePath, quoteKeyPredicates, type PathStep } from './path.ts';
export type {
  BaseType,
  Compiled,
  CompileOptions,
  Content,
  ExtensionUse,
  Mode,
  ModuleInfo,
  ModuleSource,
  NamedValue,
  NodeKind,
  Problem,
  ProblemCode,
  Rule,
  Schema,
  SchemaNode,
  TypeInfo,
  Validated,
  ValidateOptions,
} from './schema.ts';
