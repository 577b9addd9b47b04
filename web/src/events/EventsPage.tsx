import { PageBar, PageBody } from "../components/Page";
import { PlaceTabs } from "../components/PlaceTabs";
import { text } from "../text";
import { CameTab } from "./CameTab";
import { EndpointsTab } from "./EndpointsTab";
import { HooksTab } from "./HooksTab";
import { SchedulesTab } from "./SchedulesTab";

const words = text.events.tabs;

/** What starts flows: events that came, addresses that are called, the clock. */
export function EventsPage() {
  return (
    <>
      <PageBar title={text.events.title} />
      <PageBody>
        <PlaceTabs
          tabs={[
            ["came", words.came, () => <CameTab />],
            ["hooks", words.hooks, () => <HooksTab />],
            ["endpoints", words.endpoints, () => <EndpointsTab />],
            ["schedules", words.schedules, () => <SchedulesTab />],
          ]}
        />
      </PageBody>
    </>
  );
}
