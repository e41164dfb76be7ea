#!/usr/bin/env python3
"""`servanda mcp`, asked by the client of the protocol's own Python kit.

    pip install mcp && cargo build -p servanda && python3 checks/mcp_client.py [target/debug/servanda]

Lists the tools, calls each, and ends with 1 if an answer is not that of the command.
"""
import asyncio
import json
import pathlib
import subprocess
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVANDA = str(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug/servanda")
DAY, PHASE_ONE = "2021-03-25", "us-china-phase-one"
ASKED = {
    "check": ({"agreement": PHASE_ONE, "as_of": DAY}, ["check", PHASE_ONE, "--as-of", DAY]),
    "explain": (
        {"agreement": PHASE_ONE, "commitment": "purchases.energy.2020", "as_of": DAY},
        ["explain", PHASE_ONE, "purchases.energy.2020", "--as-of", DAY],
    ),
    "compare": (
        {"agreement": PHASE_ONE, "from": "2021-02-23", "to": DAY},
        ["compare", PHASE_ONE, "--from", "2021-02-23", "--to", DAY],
    ),
    "due": ({"agreement": ["us-zte-2018"], "as_of": DAY}, ["due", "us-zte-2018", "--as-of", DAY]),
    "rate": (
        {"importer": "USA", "origin": "CHN", "line": "9403.60.80", "on": DAY, "as_of": DAY},
        ["tariff", "rate", "--importer", "USA", "--origin", "CHN", "--line", "9403.60.80", "--on", DAY, "--as-of", DAY],
    ),
    "claim": (
        {"figure": "59 percent", "agreement": PHASE_ONE, "period": "2020", "as_of": DAY},
        ["claim", "59 percent", "--agreement", PHASE_ONE, "--period", "2020", "--as-of", DAY],
    ),
    "search": ({"words": "soybeans", "as_of": DAY}, ["search", "soybeans", "--as-of", DAY]),
}


def told(model):
    """What the client was told, by the protocol's own names whatever the kit's version calls them."""
    return model.model_dump(by_alias=True, mode="json")


async def main():
    server = StdioServerParameters(command=SERVANDA, args=["mcp"], cwd=ROOT)
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        hello = told(await session.initialize())
        await session.send_ping()
        tools = {tool["name"]: tool for tool in told(await session.list_tools())["tools"]}
        assert set(tools) == set(ASKED), set(tools) ^ set(ASKED)
        for name, (arguments, line) in ASKED.items():
            assert tools[name]["annotations"]["readOnlyHint"], name
            result = told(await session.call_tool(name, arguments))
            assert not result["isError"], (name, result["content"])
            own = subprocess.run([SERVANDA, *line, "--format", "json"], cwd=ROOT, capture_output=True, text=True, check=True)
            document, stated = json.loads(own.stdout), result["structuredContent"]
            assert stated["answer"] == document, name
            assert json.loads(result["content"][0]["text"]) == document, name
            assert stated["digest"] == document["rests_on"], name
            assert stated["address"].startswith("/api/v1/"), name
            print(f"{name}: as `servanda {' '.join(line)}`, digest {document['rests_on'][:12]}, {len(stated['publications'])} publications")
        wrong = told(await session.call_tool("check", {"agreement": "/etc/passwd"}))
        assert wrong["isError"], wrong
        print(f"{len(tools)} tools of {hello['serverInfo']['name']} {hello['serverInfo']['version']}, protocol {hello['protocolVersion']}")


if __name__ == "__main__":
    asyncio.run(main())
