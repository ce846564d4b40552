import {isObject} from '../topology/foreignValue.ts';

/** The names that tfjs gives to layers and models without one: `dense_Dense3`, `dense_Dense3_input`, `input1`, `model2`, `sequential_1`. */
const GIVEN = /^(\w+_[A-Z]\w*?|input|model|sequential_)\d+((?:_input)?)$/;

/**
 * A saved state with the names of a model that is the same but for those that tfjs made up: it numbers them through a process, so that
 * a model made again has others. Any other state comes back as it is.
 *
 * @param saved  the config in the state
 * @param own    the config of the model
 */
export function withOwnNames<State>(state: State, saved: unknown, own: unknown): State {
  const names = new Map<string, string>();
  if (!pairNames(saved, own, names) || new Set(names.values()).size < names.size) return state;
  return renamed(state, names) as State;
}

/** Notes which made-up name stands where a saved one does; false if one has two others. */
function pairNames(saved: unknown, own: unknown, names: Map<string, string>): boolean {
  if (typeof saved === 'string' && typeof own === 'string') {
    const [before, now] = [GIVEN.exec(saved), GIVEN.exec(own)];
    if (!before || !now || before[1] !== now[1] || before[2] !== now[2]) return true;
    const known = names.get(saved);
    names.set(saved, own);
    return known === undefined || known === own;
  }
  if (!isObject(saved) || !isObject(own)) return true;
  return Object.keys(saved).every((key) => !Object.hasOwn(own, key) || pairNames(saved[key], own[key], names));
}

/** Plain JSON with other names of layers, also within the paths of nested layers and of weights. */
function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return renamedPath(value, names);
  if (Array.isArray(value)) return value.map((each) => renamed(each, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [renamedPath(key, names), renamed(each, names)]),
  );
}

function renamedPath(path: string, names: ReadonlyMap<string, string>): string {
  const parts = path.split('/');
  return parts.map((name) => names.get(name) ?? name).join('/');
}
