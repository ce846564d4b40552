/** Gives an object other members for a while. @returns gives it back its own */
export function substitute<Target extends object>(target: Target, members: Partial<Target>): () => void {
  const names = Object.keys(members) as (keyof Target)[];
  const own = names.map((name) => Object.getOwnPropertyDescriptor(target, name));
  Object.assign(target, members);
  return () => {
    for (const [i, name] of names.entries()) {
      if (own[i]) Object.defineProperty(target, name, own[i]);
      else delete target[name];
    }
  };
}
