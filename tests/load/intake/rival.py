"""``python -m tests.load.intake.rival PORT``: python-hl7's MLLP server. It parses and acknowledges, and stores nothing."""

import asyncio
import sys

import hl7.mllp

from shared.testing.servers.process import HOST


async def _serve(port: int) -> None:
    async def answer(reader: hl7.mllp.HL7StreamReader, writer: hl7.mllp.HL7StreamWriter) -> None:
        try:
            while not writer.is_closing():
                message = await reader.readmessage()
                writer.writemessage(message.create_ack())
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    async with await hl7.mllp.start_hl7_server(answer, HOST, port, encoding="utf-8") as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
