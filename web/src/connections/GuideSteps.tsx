import { text } from "../text";
import classes from "./ConnectionForm.module.css";
import type { Scopes } from "./connections";
import { filled, type Guide } from "./guide";

const words = text.connections.form;

/** What to do at the vendor, step by step, with the scopes that the flows need. */
export function GuideSteps({ guide, scopes }: { guide: Guide; scopes: Scopes | undefined }) {
  const needed = scopes ? scopes.needed.join(", ") || words.scopesNone : words.scopesLoading;
  const named = guide.steps.some((step) => step.includes("{scopes}"));
  return (
    <section className={classes.guide} aria-label={words.guide}>
      <p>{guide.about}</p>
      <ol>
        {guide.steps.map((step) => (
          <li key={step}>{filled(step, { scopes: needed })}</li>
        ))}
      </ol>
      {named && scopes ? (
        <p className={classes.quiet}>{scopes.usual ? words.scopesUsual : words.scopesOfFlows}</p>
      ) : null}
    </section>
  );
}
