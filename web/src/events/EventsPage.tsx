import { Tabs } from "@mantine/core";
import { PageBar, PageBody } from "../components/Page";
import { text } from "../text";
import { CameTab } from "./CameTab";
import { EndpointsTab } from "./EndpointsTab";
import { HooksTab } from "./HooksTab";
import { SchedulesTab } from "./SchedulesTab";

/** What starts flows: events that came, addresses that are called, the clock. */
export function EventsPage() {
  return (
    <>
      <PageBar title={text.events.title} />
      <PageBody>
        <Tabs defaultValue="came" keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="came">{text.events.tabs.came}</Tabs.Tab>
            <Tabs.Tab value="hooks">{text.events.tabs.hooks}</Tabs.Tab>
            <Tabs.Tab value="endpoints">{text.events.tabs.endpoints}</Tabs.Tab>
            <Tabs.Tab value="schedules">{text.events.tabs.schedules}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="came">
            <CameTab />
          </Tabs.Panel>
          <Tabs.Panel value="hooks">
            <HooksTab />
          </Tabs.Panel>
          <Tabs.Panel value="endpoints">
            <EndpointsTab />
          </Tabs.Panel>
          <Tabs.Panel value="schedules">
            <SchedulesTab />
          </Tabs.Panel>
        </Tabs>
      </PageBody>
    </>
  );
}
