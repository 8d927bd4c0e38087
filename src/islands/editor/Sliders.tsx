/** Sliders for values of the manifests. Slider and text move together, whichever of the two is touched. */
import type { ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
import { inLocale } from '#sim/lab/lab-format.ts';
import type { SliderDeclaration } from '#sim/lab/lab-format.ts';
import { numberAt } from './slider-value.ts';
import type { EditorWords } from './words.ts';

interface SlidersProps {
  readonly idBase: string;
  readonly sliders: readonly SliderDeclaration[];
  readonly locale: string;
  readonly words: EditorWords;
  readonly texts: ReadonlySignal<Readonly<Record<string, string>>>;
  readonly onEdit: (name: string, text: string) => void;
}

/** The writer of values is asked for on the way to a slider, so that it is there when the slider is pulled. */
const loadWriter = () => import('./yaml-edit.ts');

/** Draws one row a slider. */
export function Sliders({ sliders, ...rest }: SlidersProps): VNode {
  const preload = (): void => void loadWriter();
  return (
    <fieldset class="editor-sliders" onPointerEnter={preload} onFocusIn={preload}>
      <legend class="editor-sr">{rest.words.sliders}</legend>
      {sliders.map((slider, i) => (
        <Slider key={`${slider.file}:${slider.path}`} slider={slider} index={i} {...rest} />
      ))}
    </fieldset>
  );
}

function Slider({
  idBase,
  index,
  slider,
  locale,
  words,
  texts,
  onEdit,
}: Omit<SlidersProps, 'sliders'> & {
  readonly slider: SliderDeclaration;
  readonly index: number;
}): VNode {
  const id = `${idBase}slider-${index}`;
  const { file, document = 0, path, min, max, step = 1, unit = '' } = slider;
  const found = numberAt(texts.value[file] ?? '', document, path);
  const label = inLocale(slider.label, locale);
  const shown = found === undefined ? '–' : `${found.value}${found.suffix || unit}`;

  async function pull(value: number): Promise<void> {
    const { setNumber } = await loadWriter();
    const text = texts.peek()[file] ?? '';
    const changed = setNumber(text, document, path, value);
    if (changed !== text) onEdit(file, changed);
  }

  return (
    <div class="editor-slider">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={found?.value ?? min}
        aria-valuetext={found === undefined ? words.notInText : shown}
        onInput={(event) => void pull(event.currentTarget.valueAsNumber)}
      />
      <output for={id}>{shown}</output>
    </div>
  );
}
