"""Answers what the words of BPMN mean to a process here: namespaces, elements covered, drawings, vendors' words.

Reads and writes nothing. What stands in no list is refused by name.
"""

from __future__ import annotations

from motcua.core.process.guards import FieldType

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OURS = "urn:motcua:process:1"

PREFIXES = {BPMN: "bpmn", BPMNDI: "bpmndi", DC: "dc", DI: "di", XSI: "xsi", OURS: "motcua"}


def bpmn(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def ours(name: str) -> str:
    return f"{{{OURS}}}{name}"


STEPS = (
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "scriptTask",
    "businessRuleTask",
    "sendTask",
    "callActivity",
)
BY_SYSTEM = frozenset({"serviceTask", "scriptTask", "businessRuleTask", "sendTask"})
"""Steps that no person does, unless an attribute of ours says otherwise."""

HOSTS = frozenset({*STEPS, "receiveTask", "subProcess", "intermediateCatchEvent", "eventBasedGateway"})
"""What an event may be attached to; BPMN has activities alone, a process here waits as well."""

NODES = frozenset(
    {
        *STEPS, "receiveTask", "startEvent", "endEvent", "exclusiveGateway", "parallelGateway", "inclusiveGateway",
        "eventBasedGateway", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "subProcess",
    }
)  # fmt: skip

DRAWINGS = frozenset(
    {
        "textAnnotation", "association", "group", "dataObject", "dataObjectReference", "dataStoreReference", "dataStore",
        "category", "property", "ioSpecification", "itemDefinition", "message", "resource", "interface", "error", "signal",
        "escalation", "messageFlow", "participant", "documentation", "auditing", "monitoring", "relationship", "import",
        "partnerRole", "partnerEntity", "endPoint", "supportedInterfaceRef", "extension",
    }
)  # fmt: skip
"""Elements that move no dossier: kept, drawn and written back, without effect."""

INSIDE = frozenset(
    {
        "documentation", "ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation", "dataInput",
        "dataOutput", "inputSet", "outputSet", "potentialOwner", "performer", "humanPerformer", "resourceRole",
        "rendering", "auditing", "monitoring", "categoryValueRef", "dataState", "script",
    }
)  # fmt: skip
"""Elements inside a node that are kept with it without effect."""

ASSIGNS = frozenset({"potentialOwner", "performer", "humanPerformer", "resourceRole"})
"""Who does it: here a unit's slot and a role tell, so that these are kept aside and it is said."""

LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
EVENTS = {"timerEventDefinition": "timer", "messageEventDefinition": "message"}

ORDER = (
    "documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef", "incoming", "outgoing",
    "dataInput", "dataOutput", "inputSet", "outputSet", "ioSpecification", "property", "dataInputAssociation",
    "dataOutputAssociation", "potentialOwner", "performer", "humanPerformer", "resourceRole",
)  # fmt: skip
"""The order in which the schema wants what every node may have; what is a node's own comes after."""

# Vendors' words

ENGINES = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://activiti.org/bpmn": "activiti",
    "http://activiti.com/modeler": "activiti",
    "http://flowable.org/bpmn": "flowable",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://camunda.org/schema/modeler/1.0": "modeler",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow",
}

CHANGES_FLOW = frozenset(
    {
        "skipExpression", "inputOutput", "ioMapping", "executionListener", "executionListeners", "completionCondition",
        "outputElement", "outputCollection", "in", "out", "preScript", "postScript", "multiInstanceLoopCondition",
        "conditionExpression", "errorEventDefinition", "variableName", "variableEvent", "onTransaction", "event",
        "adHoc", "variableAggregation", "taskListener", "taskListeners",
    }
)  # fmt: skip
"""Words of other engines that change which way a dossier goes or what its fields are: refused by name."""

WITHOUT_EFFECT = frozenset(
    {
        "asyncBefore", "asyncAfter", "async", "exclusive", "jobPriority", "priority", "historyTimeToLive", "versionTag",
        "version", "isStartableInTasklist", "executionPlatform", "executionPlatformVersion", "properties", "property",
        "diagramRelationId", "failedJobRetryTimeCycle", "retries", "initiator", "userTaskForm", "modelerTemplate",
        "modelerTemplateVersion", "modelerTemplateIcon", "initiator-can-complete", "history", "candidateStarterUsers",
        "candidateStarterGroups", "formKey", "formHandlerClass", "formRef", "elementVariable", "inputElement",
        "collection", "inputCollection", "elementIndexVariable", "loopCharacteristics", "calledElement", "processId",
        "formData", "formField", "formProperty", "subscription", "userTask",
    }
)  # fmt: skip
"""Words of other engines about jobs, forms and lists of work, or ones that are read here: kept without a notice."""

FORM_TYPES = {
    "string": FieldType.TEXT, "text": FieldType.TEXT, "long": FieldType.INTEGER, "integer": FieldType.INTEGER,
    "int": FieldType.INTEGER, "double": FieldType.NUMBER, "float": FieldType.NUMBER, "number": FieldType.NUMBER,
    "boolean": FieldType.BOOLEAN, "date": FieldType.DATE, "enum": FieldType.CHOICE,
}  # fmt: skip
