import { useQuery } from "@tanstack/react-query";
import { text } from "../text";
import { Evidence } from "./QuestionCard";
import questions from "./QuestionCard.module.css";
import { ReadBack } from "./ReadBack";
import { lookQuery, type Question } from "./run";

interface LeftOpenProps {
  question: Question;
  title: string;
  /** The card's app, and the flow in which it is. */
  where: string;
}

const words = text.run.leftOpen;

/** What was sent when its run was cancelled: that, what is known of it, and what to do. Nothing is decided here. */
export function LeftOpen({ question, title, where }: LeftOpenProps) {
  const looked = useQuery(lookQuery(question));
  const { error } = question;
  const said = typeof error?.message === "string" ? `${error.message} ${words.cancelled}` : words.noAnswer;
  return (
    <section className={questions.question} aria-label={words.title(title)}>
      <div>
        <h2>{words.title(title)}</h2>
        <p>{where}</p>
      </div>
      <p dir="auto">
        <b>{words.known}</b> {said}
      </p>
      <p>
        <b>{text.run.why.todo}</b> {words.todoIs}
      </p>
      <div className={questions.evidence}>
        <Evidence question={question} />
        <ReadBack looked={looked} />
      </div>
    </section>
  );
}
