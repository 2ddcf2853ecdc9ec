"""how a need is handled: clocks, orders, pledges"""

import sqlalchemy as sa
from alembic import op
import webapp.core.db
import webapp.core.secrets

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CATEGORIES = (
    # code, label, minutes to the first response, around the clock, working days to the answer, pace
    ("elderly", "为老服务", 240, False, 15, "deep"),
    ("disabled", "助残服务", 240, False, 15, "deep"),
    ("children", "儿童青少年", 240, False, 15, "deep"),
    ("family", "家庭与妇女", 240, False, 15, "deep"),
    ("hardship", "救助帮困", 60, False, 10, "quick"),
    ("health", "健康与心理", 60, False, 10, "quick"),
    ("culture", "文化体育", 510, False, 15, "deep"),
    ("environment", "环境卫生", 240, False, 10, "quick"),
    ("safety", "平安与消防", 5, True, 5, "quick"),
    ("parking", "停车与出行", 510, False, 15, "deep"),
    ("facility", "公共设施", 60, False, 10, "quick"),
    ("property", "物业与维修", 240, False, 10, "quick"),
    ("neighbour", "邻里调解", 120, False, 10, "quick"),
    ("volunteer", "志愿服务", 510, False, 15, "deep"),
    ("newcomers", "新市民融入", 510, False, 15, "deep"),
    ("jobs", "就业创业", 510, False, 15, "deep"),
    ("education", "教育培训", 510, False, 15, "deep"),
    ("pets", "文明养宠", 510, False, 10, "quick"),
    ("digital", "数字助老", 510, False, 15, "deep"),
    ("veterans", "拥军优抚", 510, False, 15, "deep"),
    ("governance", "社区治理", 510, False, 15, "deep"),
    ("other", "其他", 510, False, 15, "deep"),
)
ELSEWHERE = (
    ("12345", "市民服务热线", "12345"),
    ("property", "小区物业服务企业", ""),
    ("owners", "业主委员会", ""),
    ("justice", "街道（镇）司法所", ""),
    ("12348", "公共法律服务热线", "12348"),
    ("12333", "人力资源和社会保障热线", "12333"),
    ("12315", "市场监管投诉举报热线", "12315"),
    ("12329", "住房公积金热线", "12329"),
    ("12393", "医疗保障服务热线", "12393"),
    ("12366", "纳税缴费服务热线", "12366"),
    ("12349", "民政服务热线", "12349"),
    ("letters", "信访部门（国家信访局网上信访）", ""),
    ("court", "人民法院诉讼服务热线", "12368"),
)


def upgrade() -> None:
    op.create_table('menu_items',
    sa.Column('area_code', sa.String(length=18).with_variant(sa.String(length=18, collation='C'), 'postgresql'), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('category', sa.String(length=16), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.Column('at', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_menu_items'))
    )
    with op.batch_alter_table('menu_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_menu_items_area_code_id'), ['area_code', 'id'], unique=False)

    op.create_table('need_categories',
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('response_minutes', sa.Integer(), nullable=False),
    sa.Column('around_clock', sa.Boolean(), nullable=False),
    sa.Column('answer_workdays', sa.Integer(), nullable=False),
    sa.Column('pace', sa.String(length=8), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.CheckConstraint("pace IN ('quick', 'deep')", name=op.f('ck_need_categories_known_pace')),
    sa.CheckConstraint('answer_workdays >= 1', name=op.f('ck_need_categories_one_day')),
    sa.CheckConstraint('response_minutes >= 5', name=op.f('ck_need_categories_five_minutes')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_need_categories')),
    sa.UniqueConstraint('label', name=op.f('uq_need_categories_label'))
    )
    op.create_table('need_elsewhere',
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_need_elsewhere'))
    )
    op.create_table('samples',
    sa.Column('area_code', sa.String(length=18).with_variant(sa.String(length=18, collation='C'), 'postgresql'), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('found', sa.Integer(), nullable=False),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('by_id', sa.BigInteger(), nullable=False),
    sa.Column('at', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('size >= 1', name=op.f('ck_samples_some')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_samples'))
    )
    with op.batch_alter_table('samples', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_samples_area_code_id'), ['area_code', 'id'], unique=False)

    op.create_table('escalations',
    sa.Column('need_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_code', sa.String(length=18).with_variant(sa.String(length=18, collation='C'), 'postgresql'), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('level', sa.String(length=12), nullable=False),
    sa.Column('clock', sa.String(length=12), nullable=False),
    sa.Column('since', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('at', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('told', sa.Text(), nullable=False),
    sa.Column('answered_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.BigInteger(), nullable=True),
    sa.Column('done', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('state_at', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('due_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('street', 'district', 'answered', 'ended')", name=op.f('ck_escalations_known_state')),
    sa.CheckConstraint('since <= at', name=op.f('ck_escalations_after_the_clock')),
    sa.ForeignKeyConstraint(['need_id'], ['needs.id'], name=op.f('fk_escalations_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalations'))
    )
    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_escalations_area_code_id'), ['area_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_escalations_need_id_id'), ['need_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_escalations_state_due_at'), ['state', 'due_at'], unique=False)
        batch_op.create_index('uq_escalations_one_open', ['need_id', 'level'], unique=True, sqlite_where=sa.text("state IN ('street', 'district')"), postgresql_where=sa.text("state IN ('street', 'district')"))

    op.create_table('handling_rounds',
    sa.Column('need_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('current', sa.Boolean(), nullable=False),
    sa.Column('began_at', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('respond_by', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('responded_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('start_by', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('routed_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('answer_by', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('answered_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('settled_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('settled_by', sa.String(length=64), nullable=True),
    sa.Column('fed_back_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('clock', sa.String(length=12), nullable=True),
    sa.Column('clock_since', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('clock_due', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('remind_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('escalate_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('level', sa.String(length=12), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('(clock IS NULL) = (clock_due IS NULL)', name=op.f('ck_handling_rounds_clock_has_an_end')),
    sa.CheckConstraint('clock_due IS NULL OR clock_due >= clock_since', name=op.f('ck_handling_rounds_clock_runs_forward')),
    sa.CheckConstraint('responded_at IS NULL OR responded_at >= began_at', name=op.f('ck_handling_rounds_response_after_begin')),
    sa.ForeignKeyConstraint(['need_id'], ['needs.id'], name=op.f('fk_handling_rounds_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handling_rounds')),
    sa.UniqueConstraint('need_id', 'number', name=op.f('uq_handling_rounds_one_number'))
    )
    with op.batch_alter_table('handling_rounds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_handling_rounds_escalate_at'), ['escalate_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_handling_rounds_remind_at'), ['remind_at'], unique=False)
        batch_op.create_index('uq_handling_rounds_one_current', ['need_id'], unique=True, sqlite_where=sa.text('current'), postgresql_where=sa.text('current'))

    op.create_table('offers',
    sa.Column('need_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('wanted_fen', webapp.core.db.Fen(), nullable=False),
    sa.Column('goods', sa.Text(), nullable=False),
    sa.Column('until', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('opened_at', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('closed_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('pledged_fen', webapp.core.db.Fen(), nullable=False),
    sa.Column('received_fen', webapp.core.db.Fen(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("wanted_fen > 0 OR goods <> ''", name=op.f('ck_offers_wants_something')),
    sa.CheckConstraint('wanted_fen >= 0 AND pledged_fen >= 0 AND received_fen >= 0', name=op.f('ck_offers_not_negative')),
    sa.ForeignKeyConstraint(['need_id'], ['needs.id'], name=op.f('fk_offers_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offers'))
    )
    with op.batch_alter_table('offers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offers_closed_at_id'), ['closed_at', 'id'], unique=False)
        batch_op.create_index('uq_offers_one_open', ['need_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('orders',
    sa.Column('need_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('menu_item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('area_code', sa.String(length=18).with_variant(sa.String(length=18, collation='C'), 'postgresql'), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('contact', webapp.core.secrets.Sealed(), nullable=True),
    sa.Column('asker_id', sa.BigInteger(), nullable=True),
    sa.Column('taker_id', sa.BigInteger(), nullable=True),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('state_at', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('due_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('placed', 'assigned', 'open', 'taken', 'done', 'rated', 'failed', 'cancelled')", name=op.f('ck_orders_known_state')),
    sa.CheckConstraint("state NOT IN ('assigned', 'taken', 'done') OR taker_id IS NOT NULL", name=op.f('ck_orders_somebody_has_it')),
    sa.CheckConstraint('rating IS NULL OR rating BETWEEN 1 AND 5', name=op.f('ck_orders_one_to_five')),
    sa.ForeignKeyConstraint(['menu_item_id'], ['menu_items.id'], name=op.f('fk_orders_menu_item_id')),
    sa.ForeignKeyConstraint(['need_id'], ['needs.id'], name=op.f('fk_orders_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders'))
    )
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_orders_area_code_id'), ['area_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_orders_asker_id_id'), ['asker_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_orders_state_due_at'), ['state', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_orders_taker_id_id'), ['taker_id', 'id'], unique=False)
        batch_op.create_index('uq_orders_one_running', ['need_id'], unique=True, sqlite_where=sa.text("state IN ('placed', 'assigned', 'open', 'taken', 'done')"), postgresql_where=sa.text("state IN ('placed', 'assigned', 'open', 'taken', 'done')"))

    op.create_table('revisits',
    sa.Column('need_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('how', sa.String(length=8), nullable=False),
    sa.Column('rating', sa.Integer(), nullable=False),
    sa.Column('words', webapp.core.secrets.Sealed(), nullable=False),
    sa.Column('by_id', sa.BigInteger(), nullable=False),
    sa.Column('at', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('rating BETWEEN 1 AND 5', name=op.f('ck_revisits_one_to_five')),
    sa.ForeignKeyConstraint(['need_id'], ['needs.id'], name=op.f('fk_revisits_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revisits'))
    )
    with op.batch_alter_table('revisits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_revisits_need_id_id'), ['need_id', 'id'], unique=False)

    op.create_table('samples_drawn',
    sa.Column('sample_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('need_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('reached', sa.Boolean(), nullable=True),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.Column('words', webapp.core.secrets.Sealed(), nullable=True),
    sa.Column('by_id', sa.BigInteger(), nullable=True),
    sa.Column('at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('rating IS NULL OR rating BETWEEN 1 AND 5', name=op.f('ck_samples_drawn_one_to_five')),
    sa.CheckConstraint('rating IS NULL OR reached', name=op.f('ck_samples_drawn_reached_to_rate')),
    sa.ForeignKeyConstraint(['need_id'], ['needs.id'], name=op.f('fk_samples_drawn_need_id')),
    sa.ForeignKeyConstraint(['sample_id'], ['samples.id'], name=op.f('fk_samples_drawn_sample_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_samples_drawn')),
    sa.UniqueConstraint('sample_id', 'need_id', name=op.f('uq_samples_drawn_once'))
    )
    with op.batch_alter_table('samples_drawn', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_samples_drawn_need_id'), ['need_id'], unique=False)

    op.create_table('pledges',
    sa.Column('offer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_code', sa.String(length=18).with_variant(sa.String(length=18, collation='C'), 'postgresql'), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('amount_fen', webapp.core.db.Fen(), nullable=False),
    sa.Column('goods', sa.Text(), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('qualification', sa.Text(), nullable=False),
    sa.Column('agreement_number', sa.Text(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('received_fen', webapp.core.db.Fen(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('state_at', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('due_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("amount_fen > 0 OR goods <> ''", name=op.f('ck_pledges_gives_something')),
    sa.CheckConstraint("state IN ('made', 'confirmed', 'signed', 'used', 'lapsed', 'withdrawn')", name=op.f('ck_pledges_known_state')),
    sa.CheckConstraint("state NOT IN ('signed', 'used') OR (recipient <> '' AND qualification <> '' AND agreement_number <> '')", name=op.f('ck_pledges_signed_has_recipient')),
    sa.CheckConstraint('amount_fen >= 0 AND received_fen >= 0', name=op.f('ck_pledges_not_negative')),
    sa.ForeignKeyConstraint(['offer_id'], ['offers.id'], name=op.f('fk_pledges_offer_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_pledges_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pledges'))
    )
    with op.batch_alter_table('pledges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pledges_area_code_id'), ['area_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pledges_offer_id_id'), ['offer_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pledges_organisation_id_id'), ['organisation_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pledges_state_due_at'), ['state', 'due_at'], unique=False)

    op.create_table('teams',
    sa.Column('area_code', sa.String(length=18).with_variant(sa.String(length=18, collation='C'), 'postgresql'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('household', sa.Boolean(), nullable=False),
    sa.Column('district_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('street_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('person_id IS NULL OR organisation_id IS NULL', name=op.f('ck_teams_one_subject')),
    sa.ForeignKeyConstraint(['community_id'], ['memberships.id'], name=op.f('fk_teams_community_id')),
    sa.ForeignKeyConstraint(['district_id'], ['memberships.id'], name=op.f('fk_teams_district_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_teams_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_teams_person_id')),
    sa.ForeignKeyConstraint(['street_id'], ['memberships.id'], name=op.f('fk_teams_street_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teams')),
    sa.UniqueConstraint('organisation_id', name=op.f('uq_teams_one_organisation')),
    sa.UniqueConstraint('person_id', name=op.f('uq_teams_one_person'))
    )
    with op.batch_alter_table('teams', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_teams_area_code_id'), ['area_code', 'id'], unique=False)
        batch_op.create_index('uq_teams_one_default', ['area_code'], unique=True, sqlite_where=sa.text('person_id IS NULL AND organisation_id IS NULL'), postgresql_where=sa.text('person_id IS NULL AND organisation_id IS NULL'))

    op.create_table('gifts',
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_code', sa.String(length=18).with_variant(sa.String(length=18, collation='C'), 'postgresql'), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('amount_fen', webapp.core.db.Fen(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('voucher', sa.Text(), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger(), nullable=False),
    sa.Column('confirmed_by_id', sa.BigInteger(), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('state_at', webapp.core.db.Moment(timezone=True), nullable=False),
    sa.Column('due_at', webapp.core.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("state <> 'confirmed' OR confirmed_by_id IS NOT NULL", name=op.f('ck_gifts_confirmed_by_somebody')),
    sa.CheckConstraint("state IN ('recorded', 'confirmed', 'void')", name=op.f('ck_gifts_known_state')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_gifts_amount_positive')),
    sa.CheckConstraint('confirmed_by_id IS NULL OR confirmed_by_id <> recorded_by_id', name=op.f('ck_gifts_two_people')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledges.id'], name=op.f('fk_gifts_pledge_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gifts')),
    sa.UniqueConstraint('pledge_id', 'voucher', name=op.f('uq_gifts_one_voucher'))
    )
    with op.batch_alter_table('gifts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gifts_area_code_id'), ['area_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gifts_state_due_at'), ['state', 'due_at'], unique=False)

    with op.batch_alter_table('needs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.String(length=16), server_default='web', nullable=False))
        batch_op.add_column(sa.Column('pace', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('elsewhere', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('on_time', sa.Boolean(), nullable=True))
        batch_op.create_index(batch_op.f('ix_needs_area_code_raised_at'), ['area_code', 'raised_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_needs_handler_id_id'), ['handler_id', 'id'], unique=False)

    _seed()
    _move()


def _seed() -> None:
    """The dictionary of 22 and the usual places to go instead."""
    names = ("code", "label", "response_minutes", "around_clock", "answer_workdays", "pace")
    table = sa.table("need_categories", *(sa.column(name) for name in (*names, "position", "retired")))
    rows = [dict(zip(names, one)) | {"position": n, "retired": False} for n, one in enumerate(CATEGORIES, 1)]
    op.bulk_insert(table, rows)
    table = sa.table("need_elsewhere", *(sa.column(name) for name in ("code", "label", "phone", "position", "retired")))
    rows = [{"code": c, "label": l, "phone": p, "position": n, "retired": False} for n, (c, l, p) in enumerate(ELSEWHERE, 1)]
    op.bulk_insert(table, rows)


def _move() -> None:
    """Needs of before: their channel, and one round with the moments the journal knows. Their clocks begin with their next step."""
    def first(*steps: str) -> str:
        named = ", ".join(f"'{step}'" for step in steps)
        return f"(SELECT MIN(j.at) FROM journal j WHERE j.subject = 'need:' || CAST(n.id AS VARCHAR) AND j.step IN ({named}))"

    op.execute(
        "INSERT INTO handling_rounds (need_id, number, current, began_at, respond_by, responded_at, routed_at, answer_by, answered_at,"
        " settled_at, fed_back_at)"
        " SELECT n.id, 1, true, n.raised_at, COALESCE(n.due_at, n.state_at),"
        f" {first('accept', 'return', 'merge')},"
        f" {first('refer', 'order', 'offer', 'deliberate', 'ballot', 'list', 'deliver')},"
        " COALESCE(n.due_at, n.state_at),"
        f" {first('return', 'answer', 'finish', 'conclude', 'list', 'resolve', 'merge', 'withdraw')},"
        f" {first('return', 'answer', 'finish', 'resolve', 'merge', 'withdraw')},"
        f" {first('rate')}"
        " FROM needs n"
    )
    op.execute(
        "UPDATE needs SET due_at = NULL,"
        " channel = COALESCE((SELECT v.channel FROM voices v WHERE v.origin_id = needs.id ORDER BY v.id LIMIT 1), 'web')"
    )
