import type {ComponentChildren} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {BACKENDS, DATA, DISTRIBUTIONS, METHODS, type Settings} from '../protocol.ts';
import {defaultsFor, type LIMITS, parse, rule} from '../settings.ts';
import {change, settings} from '../store.ts';
import {BACKEND_NAMES, DATA_NAMES, DISTRIBUTION_NAMES, METHOD_NAMES} from '../text.ts';

const isNarrow = matchMedia('(max-width: 800px)').matches;

/** The settings. Each change begins a new run. */
export function Controls() {
  return (
    <aside aria-label="Settings">
      <details class="card" open={!isNarrow}>
        <summary>Settings</summary>
        <form onSubmit={(event) => event.preventDefault()}>
          <Choice name="data" label="Data" names={DATA_NAMES} choices={DATA} />
          <Choice name="method" label="Method" names={METHOD_NAMES} choices={METHODS} />
          <NumberField name="density" label="Density" hint="share of the connections" />
          <NumberField name="interval" label="ΔT" hint="steps between updates" />
          <NumberField name="fraction" label="P" hint="share replaced, falling" />
          <Choice name="distribution" label="Distribution" names={DISTRIBUTION_NAMES} choices={DISTRIBUTIONS} />
          <NumberField name="steps" label="Steps" hint="of the run" />
          <NumberField name="seed" label="Seed" hint="repeats a run" />
          <Choice name="backend" label="Backend" names={BACKEND_NAMES} choices={BACKENDS} />
          <label class="check">
            <input
              type="checkbox"
              name="dense"
              checked={settings.value.dense}
              onChange={({currentTarget}) => set('dense', String(currentTarget.checked))}
            />
            Train the dense network too
          </label>
        </form>
      </details>
    </aside>
  );
}

function Choice<Name extends string>(props: {
  name: keyof Settings;
  label: string;
  choices: readonly Name[];
  names: Readonly<Record<Name, string>>;
}) {
  const {name, label, choices, names} = props;
  return (
    <Field label={label}>
      <select
        name={name}
        value={String(settings.value[name])}
        onChange={({currentTarget}) => set(name, currentTarget.value)}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {names[choice]}
          </option>
        ))}
      </select>
    </Field>
  );
}

function NumberField({name, label, hint}: {name: keyof typeof LIMITS; label: string; hint: string}) {
  const used = settings.value[name];
  const [refused, refuse] = useState<string>();
  useEffect(() => refuse(undefined), [used]);
  return (
    <Field label={label} hint={hint}>
      <input
        name={name}
        inputMode="decimal"
        autocomplete="off"
        value={used}
        aria-describedby={refused === undefined ? undefined : `refused-${name}`}
        onChange={({currentTarget}) => {
          const text = currentTarget.value;
          refuse(set(name, text) ? undefined : text);
          currentTarget.value = String(settings.value[name]);
        }}
      />
      {refused !== undefined && (
        <small class="refused" id={`refused-${name}`} role="alert">
          It must be {rule(name)}, received {refused.trim() || 'nothing'}. {used} is in use.
        </small>
      )}
    </Field>
  );
}

function Field({label, hint, children}: {label: string; hint?: string; children: ComponentChildren}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label>
      <span>
        {label} {hint && <small>{hint}</small>}
      </span>
      {children}
    </label>
  );
}

/** Other data brings its own defaults of what depends on it. @returns whether the setting may have this value */
function set(name: keyof Settings, text: string): boolean {
  const value = parse(name, text);
  if (value === undefined) return false;
  const own = settings.value;
  if (name !== 'data') change({...own, [name]: value});
  else {
    const {data, density, interval, steps} = defaultsFor(value as Settings['data']);
    change({...own, data, density, interval, steps});
  }
  return true;
}
