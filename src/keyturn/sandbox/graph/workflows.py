"""Lifecycle workflows of the pretend Microsoft 365 tenant: what is to be done for who joins, moves and leaves.

Source: https://learn.microsoft.com/en-us/graph/api/resources/identitygovernance-lifecycleworkflows-overview. A run
says of everybody that all tasks went well, and does nothing; none begins by itself.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import GraphDirectory, Kind, plain
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text
from keyturn.sandbox.wire import json_object

_WORKFLOWS, _RUNS = "graph.workflows", "graph.workflow_runs"
_BASE = "/v1.0/identityGovernance/lifecycleWorkflows"
_WORKFLOW = Kind(
    "identityGovernance.workflow",
    "identityGovernance/lifecycleWorkflows/workflows",
    frozenset(
        {"id", "displayName", "description", "category", "isEnabled", "isSchedulingEnabled", "executionConditions"}
        | {"tasks", "version", "createdDateTime", "lastModifiedDateTime", "deletedDateTime", "nextScheduleRunDateTime"}
    ),
)
_RUN = Kind(
    "identityGovernance.run",
    "identityGovernance/lifecycleWorkflows/workflows/runs",
    frozenset(
        {"id", "startedDateTime", "completedDateTime", "scheduledDateTime", "lastUpdatedDateTime", "processingStatus"}
        | {"workflowExecutionType", "totalTasksCount", "totalUsersCount", "failedTasksCount", "failedUsersCount"}
        | {"successfulUsersCount", "totalUnprocessedTasksCount"}
    ),
)
_RESULT = Kind(
    "identityGovernance.userProcessingResult",
    "identityGovernance/lifecycleWorkflows/workflows/userProcessingResults",
    frozenset({"id", "completedDateTime", "startedDateTime", "scheduledDateTime", "processingStatus", "subject"})
    | {"failedTasksCount", "totalTasksCount", "totalUnprocessedTasksCount", "workflowExecutionType", "workflowVersion"},
)
_CATEGORIES = ("joiner", "leaver", "mover")
_REQUIRED = ("displayName", "category", "executionConditions", "tasks")
_CHANGED = frozenset({"displayName", "description", "isEnabled", "isSchedulingEnabled"})
_WRITTEN = _CHANGED.union(_REQUIRED)
_MOST = 10


class WorkflowDesk:
    """Answers `/identityGovernance/lifecycleWorkflows/workflows`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        workflows = _BASE + "/workflows"
        one = workflows + "/{workflow}"
        return [
            Route(workflows, self._list),
            Route(workflows, self._create, ["POST"]),
            Route(one, self._get),
            Route(one, self._change, ["PATCH"]),
            Route(one, self._delete, ["DELETE"]),
            Route(one + "/tasks", self._tasks),
            Route(one + "/graph.identityGovernance.activate", self._activate, ["POST"]),
            Route(one + "/graph.identityGovernance.createNewVersion", self._new_version, ["POST"]),
            Route(one + "/runs", self._runs),
            Route(one + "/runs/{run}", self._run),
            Route(one + "/runs/{run}/userProcessingResults", self._results),
            Route(one + "/userProcessingResults", self._results),
        ]

    def _workflow(self, request: Request) -> JsonObject:
        return self._directory.document(request, _WORKFLOWS, "workflow")

    async def _list(self, request: Request) -> Response:
        return self._directory.listed(request, list(self._directory.core.shelf(_WORKFLOWS).values()), _WORKFLOW)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._workflow(request), _WORKFLOW)

    async def _create(self, request: Request) -> Response:
        body, now, key = self._read(plain(await json_object(request))), self._directory.now(), self._new_id()
        row: JsonObject = {
            "id": key,
            "description": "",
            "isEnabled": True,
            "isSchedulingEnabled": False,
            **body,
            "version": 1,
            "createdDateTime": now,
            "lastModifiedDateTime": now,
            "deletedDateTime": None,
            "nextScheduleRunDateTime": None,
        }
        self._directory.core.shelf(_WORKFLOWS)[key] = row
        self._directory.core.changed()
        return self._directory.one(request, row, _WORKFLOW, 201)

    def _read(self, body: JsonObject) -> JsonObject:
        """A workflow, each of its tasks with an id. Raises Refused (400)."""
        for name in _REQUIRED:
            if body.get(name) in (None, "", {}, []):
                raise self._refused(f"A value is required for property '{name}' of resource 'workflow'.")
        if body["category"] not in _CATEGORIES:
            raise self._refused(f"The category must be one of {', '.join(_CATEGORIES)}.")
        tasks: list[Json] = []
        for task in map(as_object, as_list(body["tasks"])):
            if not as_text(task.get("taskDefinitionId")):
                raise self._refused("A value is required for property 'taskDefinitionId' of resource 'task'.")
            tasks.append({"isEnabled": True, "continueOnError": False, **task, "id": self._new_id()})
        return {**{name: value for name, value in body.items() if name in _WRITTEN}, "tasks": tasks}

    async def _change(self, request: Request) -> Response:
        """What is done, and for whom, changes by a new version alone."""
        row, body = self._workflow(request), plain(await json_object(request))
        if fixed := sorted(body.keys() - _CHANGED):
            raise self._refused(f"'{fixed[0]}' cannot be updated. Create a new version of the workflow.")
        row.update(body)
        row["lastModifiedDateTime"] = self._directory.now()
        self._directory.core.changed()
        return Response(status_code=204)

    async def _new_version(self, request: Request) -> Response:
        row, body = self._workflow(request), plain(await json_object(request))
        made = self._read({**row, **as_object(body.get("workflow"))})
        version = row["version"]
        row.update(made, version=(version if isinstance(version, int) else 0) + 1)
        row["lastModifiedDateTime"] = self._directory.now()
        self._directory.core.changed()
        return self._directory.one(request, row, _WORKFLOW)

    async def _delete(self, request: Request) -> Response:
        row = self._workflow(request)
        for shelf in (_WORKFLOWS, _RUNS):
            self._directory.core.shelf(shelf).pop(as_text(row["id"]), None)
        self._directory.core.changed()
        return Response(status_code=204)

    async def _tasks(self, request: Request) -> Response:
        rows = [as_object(task) for task in as_list(self._workflow(request)["tasks"])]
        names = {name for row in rows for name in row}
        return self._directory.listed(
            request, rows, Kind("identityGovernance.task", "tasks", frozenset({"id", *names}))
        )

    # runs

    async def _activate(self, request: Request) -> Response:
        """Run a workflow for some people at once."""
        row, subjects = self._workflow(request), as_list((await json_object(request)).get("subjects"))
        if row["isEnabled"] is not True:
            raise self._refused("The workflow is not enabled.")
        if not 0 < len(subjects) <= _MOST:
            raise self._refused(f"subjects must have 1 to {_MOST} people.")
        people = [self._directory.find_user(as_text(as_object(each).get("id"))) for each in subjects]
        key, now, tasks = self._new_id(), self._directory.now(), len(as_list(row["tasks"]))
        times: JsonObject = {"startedDateTime": now, "completedDateTime": now, "scheduledDateTime": now}
        common: JsonObject = {**times, "processingStatus": "completed", "workflowExecutionType": "onDemand"}
        counts: JsonObject = {"totalTasksCount": tasks, "failedTasksCount": 0, "totalUnprocessedTasksCount": 0}
        results: list[Json] = [
            {"id": self._new_id(), **common, **counts, "workflowVersion": row["version"], "subject": {"id": person.id}}
            for person in people
        ]
        run: JsonObject = {
            "id": key,
            **common,
            **counts,
            "lastUpdatedDateTime": now,
            "totalUsersCount": len(people),
            "successfulUsersCount": len(people),
            "failedUsersCount": 0,
        }
        self._directory.members(_RUNS, row["id"])[key] = {"run": run, "results": results}
        self._directory.core.changed()
        return Response(status_code=204)

    def _held(self, request: Request) -> dict[str, JsonObject]:
        held = self._directory.members(_RUNS, self._workflow(request)["id"])
        return {key: as_object(row) for key, row in held.items()}

    def _named(self, request: Request) -> JsonObject:
        key = str(request.path_params["run"])
        found = self._held(request).get(key)
        if found is None:
            raise self._directory.words.not_found(key)
        return found

    async def _runs(self, request: Request) -> Response:
        rows = [as_object(row["run"]) for row in self._held(request).values()]
        return self._directory.listed(request, rows, _RUN)

    async def _run(self, request: Request) -> Response:
        return self._directory.one(request, as_object(self._named(request)["run"]), _RUN)

    async def _results(self, request: Request) -> Response:
        held = [self._named(request)] if "run" in request.path_params else list(self._held(request).values())
        rows = [as_object(each) for row in held for each in as_list(row["results"])]
        return self._directory.listed(request, rows, _RESULT)

    def _new_id(self) -> str:
        return self._directory.core.ids.uuid()

    def _refused(self, text: str) -> Exception:
        return self._directory.words.bad_request(text)
