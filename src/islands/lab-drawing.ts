/** What a lab needs once something is changed: the remarks about its texts, and the picture of another run. */
import { diagnose } from '#sim/lab/diagnose.ts';
import type { Diagnostic } from '#sim/lab/diagnose.ts';
import type { History } from '#sim/lab/history.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { pictureOf } from '#views/picture.ts';
import type { PictureOptions } from '#views/picture.ts';
import { sceneOf } from '#views/scene.ts';
import type { Scene, SceneOptions } from '#views/scene.ts';

/** Returns what is to be said about the manifests that a lab shows, as they are edited. */
export function remarks(lab: Lab, texts: Readonly<Record<string, string>>): readonly Diagnostic[] {
  return diagnose(
    Object.fromEntries(lab.files.map((name) => [name, texts[name] ?? lab.texts[name] ?? ''])),
  );
}

/** Draws all that a page shows of a run. */
export function draw(history: History, lab: Lab, options: SceneOptions): Scene {
  return sceneOf(history, lab, options);
}

/** Draws the picture alone, of another window. */
export function drawPicture(history: History, lab: Lab, options: PictureOptions): string {
  return pictureOf(history, lab, options).markup;
}
