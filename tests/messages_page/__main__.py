from tests.messages_page.page import FILE, document

FILE.write_text(document())
