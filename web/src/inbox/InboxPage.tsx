import { useInfiniteQuery } from "@tanstack/react-query";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import { RunList } from "../history/RunList";
import { runsQuery } from "../history/runs";
import { text } from "../text";

/** All that waits for a person. */
export function InboxPage() {
  const runs = useInfiniteQuery(runsQuery({ status: "needs attention" }));
  return (
    <>
      <PageBar title={text.inbox.title} />
      <PageBody>
        {runs.error ? <ProblemNote error={runs.error} /> : null}
        {runs.isPending ? <Waiting /> : null}
        {runs.data ? (
          <RunList
            runs={runs.data.pages.flatMap((page) => page.rows)}
            label={text.inbox.title}
            empty={text.inbox.none}
          />
        ) : null}
      </PageBody>
    </>
  );
}
